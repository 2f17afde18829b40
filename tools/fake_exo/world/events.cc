#include "world/events.h"

#include "world/ids.h"

namespace exo_harness::fake {
namespace {

Json event(const char* tag, const Json& fields) {
  Json body = {{"event_id", new_uuid()}};
  body.update(fields);
  return {{tag, body}};
}

}  // namespace

Json node_gathered_info(const std::string& node, const Json& info) {
  return event("NodeGatheredInfo", {{"node_id", node}, {"when", now_python()}, {"info", info}});
}
Json node_timed_out(const std::string& node) {
  return event("NodeTimedOut", {{"node_id", node}});
}
Json download_progress(const Json& progress) {
  return event("NodeDownloadProgress", {{"download_progress", progress}});
}

Json edge_event(bool created, const std::string& source, const std::string& sink, const std::string& ip, int port) {
  const bool v6 = ip.find(':') != std::string::npos;
  const std::string kind = v6 ? "ip6" : "ip4";
  const Json address = {{"address", "/" + kind + "/" + ip + "/tcp/" + std::to_string(port)},
                        {"address_type", kind},
                        {"ip_address", ip},
                        {"port", port}};
  return event(created ? "TopologyEdgeCreated" : "TopologyEdgeDeleted",
               {{"conn", {{"source", source}, {"sink", sink}, {"edge", {{"sink_multiaddr", address}}}}}});
}

Json instance_created(const Json& camel_instance) {
  return event("InstanceCreated", {{"instance", to_snake(camel_instance)}});
}
Json instance_deleted(const std::string& instance) {
  return event("InstanceDeleted", {{"instance_id", instance}});
}
Json runner_status(const std::string& runner, const Json& status) {
  return event("RunnerStatusUpdated", {{"runner_id", runner}, {"runner_status", status}});
}
Json task_created(const std::string& task_id, const Json& task) {
  return event("TaskCreated", {{"task_id", task_id}, {"task", task}});
}
Json task_deleted(const std::string& task_id) {
  return event("TaskDeleted", {{"task_id", task_id}});
}
Json task_status(const std::string& task_id, const std::string& status) {
  return event("TaskStatusUpdated", {{"task_id", task_id}, {"task_status", status}});
}
Json task_failed(const std::string& task_id, const std::string& type, const std::string& message) {
  return event("TaskFailed", {{"task_id", task_id}, {"error_type", type}, {"error_message", message}});
}
Json chunk_generated(const std::string& command, const Json& chunk) {
  return event("ChunkGenerated", {{"command_id", command}, {"chunk", chunk}});
}

}  // namespace exo_harness::fake

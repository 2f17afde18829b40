#include "world/state.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "json/json_text.h"

namespace exo_harness::fake {
std::string InstanceView::runner_of(const std::string& node) const {
  const Json& map = assignments()["nodeToRunner"];
  const auto found = map.find(node);
  return found == map.end() ? "" : found->get<std::string>();
}

const Json& InstanceView::shard_of(const std::string& runner) const {
  return body_of(assignments()["runnerToShard"].at(runner));
}

std::string InstanceView::shard_tag(const std::string& runner) const {
  return tag_of(assignments()["runnerToShard"].at(runner));
}

// Who is in `nodes` was seen, and who timed out is in neither.
bool State::has_node(const std::string& id) const {
  return last_seen_.find(id) != nullptr;
}

std::uint64_t State::available(const std::string& node) const {
  const std::string* said = memory_.find(node);
  if (said == nullptr) return 0;
  const std::string_view bytes = member(member(*said, "ramAvailable"), "inBytes");
  std::uint64_t out = 0;
  std::from_chars(bytes.data(), bytes.data() + bytes.size(), out);
  return out;
}

const Json* State::runner(const std::string& id) const {
  const auto found = runners.find(id);
  return found == runners.end() ? nullptr : &*found;
}

bool State::downloaded(const std::string& node, const std::string& model) const {
  const std::vector<Download>* all = downloads_.find(node);
  return all != nullptr && std::any_of(all->begin(), all->end(),
                                       [&](const Download& one) { return one.is_complete && one.model == model; });
}

void State::apply(std::int64_t index, const Json& event) {
  last_index = std::max(last_index, index);
  const std::string tag = tag_of(event);
  const Json& body = body_of(event);
  if (tag == "NodeGatheredInfo") return apply_info(body);
  if (tag == "NodeTimedOut") return apply_timed_out(body["node_id"]);
  if (tag == "InstanceCreated") {
    const Json instance = to_camel(body["instance"]);
    instances[InstanceView{instance}.id()] = instance;
  } else if (tag == "InstanceDeleted") {
    instances.erase(body["instance_id"].get<std::string>());
  } else if (tag == "RunnerStatusUpdated") {
    const std::string id = body["runner_id"];
    if (tag_of(body["runner_status"]) == "RunnerShutdown")
      runners.erase(id);
    else
      runners[id] = to_camel(body["runner_status"]);
  } else if (tag.starts_with("Task")) {
    apply_task(tag, body);
  }
}

void State::apply_task(const std::string& tag, const Json& body) {
  if (!body.contains("task_id")) return;
  const std::string id = body["task_id"];
  task_texts_.erase(id);
  if (tag == "TaskCreated") {
    tasks[id] = to_camel(body["task"]);
  } else if (tag == "TaskDeleted") {
    tasks.erase(id);
  } else if (tag == "TaskStatusUpdated") {
    const auto task = tasks.find(id);
    if (task != tasks.end()) task->begin().value()["taskStatus"] = body["task_status"];
  } else if (tag == "TaskFailed") {
    const auto task = tasks.find(id);
    if (task != tasks.end() && task->begin().value().contains("errorType")) {
      task->begin().value()["taskStatus"] = "Failed";
      task->begin().value()["errorType"] = body["error_type"];
      task->begin().value()["errorMessage"] = body["error_message"];
    }
  }
}

void State::apply_info(const Json& body) {
  const std::string node = body["node_id"];
  see(node, body["when"]);
  const Json& info = body["info"];
  const std::string kind = tag_of(info);
  const Json& value = body_of(info);
  auto identity = [&]() -> Json& {
    if (!identities.contains(node))
      identities[node] = {{"modelId", "Unknown"},
                          {"chipId", "Unknown"},
                          {"friendlyName", "Unknown"},
                          {"osVersion", "Unknown"},
                          {"osBuildVersion", "Unknown"}};
    return identities[node];
  };
  texts_.clear();
  if (kind == "NodeNetworkInterfaces")
    network[node] = {{"interfaces", to_camel(value["ifaces"])}};
  else if (kind == "MiscData")
    identity()["friendlyName"] = value["friendly_name"];
  else if (kind == "StaticNodeInformation") {
    Json& known = identity();
    known["modelId"] = value["model"];
    known["chipId"] = value["chip"];
    known["osVersion"] = value["os_version"];
    known["osBuildVersion"] = value["os_build_version"];
  } else if (kind == "NodeDiskUsage")
    disk[node] = to_camel(value["disk_usage"]);
  else if (kind == "NodeBackends")
    backends[node] = value["backends"];
  else if (kind == "ThunderboltBridgeInfo")
    bridge[node] = to_camel(value["status"]);
  else if (kind == "RdmaCtlStatus")
    rdma_ctl[node] = {{"enabled", value["enabled"]}};
  if (kind == "RdmaCtlStatus") rdma_changed_ = true;
}

void State::apply_timed_out(const std::string& node) {
  nodes.erase(std::remove(nodes.begin(), nodes.end(), node), nodes.end());
  for (Json* part : {&disk, &network, &bridge, &rdma_ctl, &backends}) part->erase(node);
  downloads_.erase(node);
  last_seen_.erase(node);
  memory_.erase(node);
  thunderbolt_.erase(node);
  texts_.clear();
  connections_.drop(node);
  rdma_changed_ = true;
}

}  // namespace exo_harness::fake

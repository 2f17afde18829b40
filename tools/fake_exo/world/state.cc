#include "world/state.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "json/json_text.h"

namespace exo_harness::fake {
namespace {

constexpr std::string_view kInfo = R"({"NodeGatheredInfo")", kDownload = R"({"NodeDownloadProgress")";
constexpr std::string_view kEdge = R"({"TopologyEdge)", kEdgeCreated = R"({"TopologyEdgeCreated")";

template <class List>
auto find(List& list, const std::string& node) {
  return std::find_if(list.begin(), list.end(), [&](const auto& entry) { return entry.first == node; });
}

template <class List>
auto& at(List& list, const std::string& node) {
  const auto found = find(list, node);
  return found != list.end() ? found->second : list.emplace_back(node, typename List::value_type::second_type{}).second;
}

/// The text of an id, which needs no escapes.
std::string_view bare(std::string_view value) {
  return value.size() < 2 ? value : value.substr(1, value.size() - 2);
}

}  // namespace

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

bool State::has_node(const std::string& id) const {
  return std::find(nodes.begin(), nodes.end(), id) != nodes.end();
}

std::uint64_t State::available(const std::string& node) const {
  const auto found = memory.find(node);
  return found == memory.end() ? 0 : (*found)["ramAvailable"]["inBytes"].get<std::uint64_t>();
}

const Json* State::runner(const std::string& id) const {
  const auto found = runners.find(id);
  return found == runners.end() ? nullptr : &*found;
}

bool State::downloaded(const std::string& node, const std::string& model) const {
  const auto found = find(downloads_, node);
  return found != downloads_.end() && std::any_of(found->second.begin(), found->second.end(), [&](const Download& one) {
           return one.is_complete && one.model == model;
         });
}

const Connections& State::connections() const {
  if (std::exchange(rdma_changed_, false)) connections_.set_rdma(rdma_edges());
  return connections_;
}

bool State::is_taken_as_text(std::string_view event) {
  if (event.starts_with(kEdge) || event.starts_with(kDownload)) return true;
  return event.starts_with(kInfo) && event.find(R"("info":{"MacThunderbolt)") != std::string_view::npos;
}

void State::apply_text(std::int64_t index, std::string_view event) {
  last_index = std::max(last_index, index);
  if (event.starts_with(kDownload)) return apply_download(event);
  if (event.starts_with(kInfo)) return apply_thunderbolt(event);
  const std::string_view source = bare(member(event, "source")), sink = bare(member(event, "sink"));
  const std::string_view address = member(event, "sink_multiaddr");
  event.starts_with(kEdgeCreated) ? connections_.add_socket(source, sink, address)
                                  : connections_.remove_socket(source, sink, address);
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
  } else if (tag == "TaskCreated") {
    tasks[body["task_id"].get<std::string>()] = to_camel(body["task"]);
  } else if (tag == "TaskDeleted") {
    tasks.erase(body["task_id"].get<std::string>());
  } else if (tag == "TaskStatusUpdated") {
    const auto task = tasks.find(body["task_id"].get<std::string>());
    if (task != tasks.end()) task->begin().value()["taskStatus"] = body["task_status"];
  } else if (tag == "TaskFailed") {
    const auto task = tasks.find(body["task_id"].get<std::string>());
    if (task != tasks.end() && task->begin().value().contains("errorType")) {
      task->begin().value()["taskStatus"] = "Failed";
      task->begin().value()["errorType"] = body["error_type"];
      task->begin().value()["errorMessage"] = body["error_message"];
    }
  }
}

void State::see(const std::string& node, const std::string& when) {
  if (!has_node(node)) {
    nodes.push_back(node);
    rdma_changed_ = true;
  }
  last_seen[node] = when.substr(0, 10) + "T" + when.substr(11, 15) + "Z";
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
  if (info.contains("ram_total")) {
    memory[node] = to_camel(info);
    return;
  }
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

void State::apply_thunderbolt(std::string_view event) {
  const std::string node = unquoted(member(event, "node_id"));
  see(node, unquoted(member(event, "when")));
  Thunderbolt& said = at(thunderbolt_, node);
  if (const std::string_view idents = member(event, "idents"); !idents.empty()) {
    said.interfaces = camel_text(idents);
    said.ports.clear();
    for (const std::string_view port : objects(idents))
      said.ports.push_back({unquoted(member(port, "domain_uuid")), unquoted(member(port, "rdma_interface"))});
    texts_.erase("nodeThunderbolt");
  }
  if (const std::string_view cables = member(event, "conns"); !cables.empty()) {
    said.cables.clear();
    for (const std::string_view cable : objects(cables))
      said.cables.emplace_back(unquoted(member(cable, "source_uuid")), unquoted(member(cable, "sink_uuid")));
  }
  rdma_changed_ = true;
}

void State::apply_download(std::string_view event) {
  const std::string_view progress = member(event, "download_progress");
  Download entry{unquoted(member(progress, "model_id")), camel_text(progress),
                 progress.starts_with(R"({"DownloadCompleted")")};
  texts_.erase("downloads");
  std::vector<Download>& all = at(downloads_, unquoted(member(progress, "node_id")));
  const auto old = std::find_if(all.begin(), all.end(), [&](const Download& one) { return one.model == entry.model; });
  old != all.end() ? void(*old = std::move(entry)) : all.push_back(std::move(entry));
}

void State::apply_timed_out(const std::string& node) {
  nodes.erase(std::remove(nodes.begin(), nodes.end(), node), nodes.end());
  for (Json* part : {&last_seen, &memory, &disk, &network, &bridge, &rdma_ctl, &backends}) part->erase(node);
  std::erase_if(downloads_, [&](const auto& entry) { return entry.first == node; });
  std::erase_if(thunderbolt_, [&](const auto& entry) { return entry.first == node; });
  texts_.clear();
  connections_.drop(node);
  rdma_changed_ = true;
}

std::vector<Connections::Rdma> State::rdma_edges() const {
  struct Device {
    const std::string &node, &iface;
  };
  std::unordered_map<std::string_view, Device> devices;  // By domain; the first that names it.
  for (const auto& [node, said] : thunderbolt_)
    for (const Port& port : said.ports) devices.try_emplace(port.domain, Device{node, port.iface});
  const std::unordered_set<std::string> present(nodes.begin(), nodes.end());
  std::unordered_set<std::string> enabled;
  for (const auto& [id, value] : rdma_ctl.items())
    if (value["enabled"] == true) enabled.insert(id);
  const auto usable = [&](const std::string& node) {
    return present.contains(node) && (!main_ || enabled.contains(node));
  };
  std::vector<Connections::Rdma> edges;
  for (const auto& [node, said] : thunderbolt_)
    for (const auto& [source, sink] : said.cables) {
      const auto from = devices.find(source), to = devices.find(sink);
      if (from == devices.end() || to == devices.end()) continue;
      if (!usable(from->second.node) || !usable(to->second.node)) continue;
      edges.push_back({from->second.node, to->second.node, from->second.iface, to->second.iface});
    }
  return edges;
}

}  // namespace exo_harness::fake

#include "world/state.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

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
  const auto found = downloads.find(node);
  if (found == downloads.end()) return false;
  return std::any_of(found->begin(), found->end(), [&](const Json& entry) {
    return tag_of(entry) == "DownloadCompleted" &&
           body_of(body_of(entry)["shardMetadata"])["modelCard"]["modelId"] == model;
  });
}

std::string State::to_text() const {
  if (downloads_text_.empty()) downloads_text_ = text_of(downloads);
  std::string out;
  out.reserve(downloads_text_.size() + connections().text().size() + (64u << 10));
  const auto add = [&](const char* name, const std::string& value) {
    out += out.empty() ? "{\"" : ",\"";
    out += name;
    out += "\":";
    out += value;
  };
  add("instances", text_of(instances));
  add("runners", text_of(runners));
  add("downloads", downloads_text_);
  add("tasks", text_of(tasks));
  add("lastSeen", text_of(last_seen));
  add("topology", "{\"nodes\":" + text_of(nodes) + ",\"connections\":" + connections().text() + "}");
  add("lastEventAppliedIdx", std::to_string(last_index));
  add("nodeIdentities", text_of(identities));
  add("nodeMemory", text_of(memory));
  add("nodeDisk", text_of(disk));
  add("nodeSystem", "{}");
  add("nodeNetwork", text_of(network));
  add("nodeThunderbolt", text_of(thunderbolt));
  add("nodeThunderboltBridge", text_of(bridge));
  add("nodeRdmaCtl", text_of(rdma_ctl));
  if (main_) add("nodeBackends", text_of(backends));
  add("thunderboltBridgeCycles", "[]");
  if (main_) {
    for (const char* name : {"instanceLinks", "prefillServerPorts", "customModelCards"}) add(name, "{}");
  }
  return out + "}";
}

void State::apply_edge_later(std::int64_t index, std::string text) {
  last_index = std::max(last_index, index);
  unread_edges_.push_back(std::move(text));
}

void State::read_edges() const {
  for (const std::string& text : std::exchange(unread_edges_, {})) {
    const Json event = Json::parse(text, nullptr, false);
    if (!event.is_discarded()) apply_edge(body_of(event), tag_of(event) == "TopologyEdgeCreated");
  }
}

const Connections& State::connections() const {
  read_edges();
  if (std::exchange(rdma_changed_, false)) connections_.set_rdma(rdma_edges());
  return connections_;
}

void State::apply(std::int64_t index, const Json& event) {
  last_index = std::max(last_index, index);
  const std::string tag = tag_of(event);
  const Json& body = body_of(event);
  if (tag == "NodeGatheredInfo") return apply_info(body);
  if (tag == "NodeDownloadProgress") return apply_download(body["download_progress"]);
  if (tag.starts_with("TopologyEdge")) {
    read_edges();
    return apply_edge(body, tag == "TopologyEdgeCreated");
  }
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

void State::apply_info(const Json& body) {
  const std::string node = body["node_id"];
  if (!has_node(node)) {
    nodes.push_back(node);
    rdma_changed_ = !rdma_connections_.empty();
  }
  std::string when = body["when"];
  last_seen[node] = when.substr(0, 10) + "T" + when.substr(11, 15) + "Z";
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
  if (info.contains("ram_total"))
    memory[node] = to_camel(info);
  else if (kind == "NodeNetworkInterfaces")
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
  else if (kind == "MacThunderboltIdentifiers")
    thunderbolt[node] = {{"interfaces", to_camel(value["idents"])}};
  else if (kind == "MacThunderboltConnections")
    rdma_connections_[node] = value["conns"];
  if (kind == "RdmaCtlStatus" || kind.rfind("MacThunderbolt", 0) == 0) rdma_changed_ = true;
}

void State::apply_download(const Json& progress) {
  const Json entry = to_camel(progress);
  const std::string node = body_of(entry)["nodeId"];
  const Json& model = body_of(body_of(entry)["shardMetadata"])["modelCard"]["modelId"];
  downloads_text_.clear();
  Json& list = downloads[node];
  if (list.is_null()) list = Json::array();
  for (Json& old : list) {
    if (body_of(body_of(old)["shardMetadata"])["modelCard"]["modelId"] != model) continue;
    old = entry;
    return;
  }
  list.push_back(entry);
}

void State::apply_edge(const Json& body, bool created) const {
  const Json& conn = body["conn"];
  const Json& address = conn["edge"]["sink_multiaddr"];
  created ? connections_.add_socket(conn["source"], conn["sink"], address)
          : connections_.remove_socket(conn["source"], conn["sink"], address);
}

void State::apply_timed_out(const std::string& node) {
  nodes.erase(std::remove(nodes.begin(), nodes.end(), node), nodes.end());
  for (Json* part : {&last_seen, &downloads, &memory, &disk, &network, &thunderbolt, &bridge, &rdma_ctl, &backends,
                     &rdma_connections_})
    part->erase(node);
  downloads_text_.clear();
  read_edges();
  connections_.drop(node);
  rdma_changed_ = true;
}

std::vector<Connections::Rdma> State::rdma_edges() const {
  struct Port {
    std::string node, iface;
  };
  std::unordered_map<std::string, Port> ports;  // By domain; the first that names it.
  for (const auto& [id, all] : thunderbolt.items())
    for (const Json& port : all["interfaces"]) ports.try_emplace(port["domainUuid"], Port{id, port["rdmaInterface"]});
  const std::unordered_set<std::string> present(nodes.begin(), nodes.end());
  std::unordered_set<std::string> enabled;
  for (const auto& [id, value] : rdma_ctl.items())
    if (value["enabled"] == true) enabled.insert(id);
  const auto usable = [&](const std::string& node) {
    return present.contains(node) && (!main_ || enabled.contains(node));
  };
  std::vector<Connections::Rdma> edges;
  for (const auto& [source, conns] : rdma_connections_.items())
    for (const Json& conn : conns) {
      const auto from = ports.find(conn["source_uuid"]), to = ports.find(conn["sink_uuid"]);
      if (from == ports.end() || to == ports.end()) continue;
      if (!usable(from->second.node) || !usable(to->second.node)) continue;
      edges.push_back({from->second.node, to->second.node, from->second.iface, to->second.iface});
    }
  return edges;
}

}  // namespace exo_harness::fake

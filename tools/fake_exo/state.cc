#include "state.h"

#include <algorithm>

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

Json State::to_json() const {
  Json out = {{"instances", instances},
              {"runners", runners},
              {"downloads", downloads},
              {"tasks", tasks},
              {"lastSeen", last_seen},
              {"topology", {{"nodes", nodes}, {"connections", connections}}},
              {"lastEventAppliedIdx", last_index},
              {"nodeIdentities", identities},
              {"nodeMemory", memory},
              {"nodeDisk", disk},
              {"nodeSystem", Json::object()},
              {"nodeNetwork", network},
              {"nodeThunderbolt", thunderbolt},
              {"nodeThunderboltBridge", bridge},
              {"nodeRdmaCtl", rdma_ctl}};
  if (main_) out["nodeBackends"] = backends;
  out["thunderboltBridgeCycles"] = Json::array();
  if (main_) {
    out["instanceLinks"] = Json::object();
    out["prefillServerPorts"] = Json::object();
    out["customModelCards"] = Json::object();
  }
  return out;
}

void State::apply(std::int64_t index, const Json& event) {
  last_index = std::max(last_index, index);
  const std::string tag = tag_of(event);
  const Json& body = body_of(event);
  if (tag == "NodeGatheredInfo") return apply_info(body);
  if (tag == "NodeDownloadProgress") return apply_download(body["download_progress"]);
  if (tag == "TopologyEdgeCreated") return apply_edge(body, true);
  if (tag == "TopologyEdgeDeleted") return apply_edge(body, false);
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
    compute_rdma_edges();
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
  if (kind == "RdmaCtlStatus" || kind.rfind("MacThunderbolt", 0) == 0) compute_rdma_edges();
}

void State::apply_download(const Json& progress) {
  const Json entry = to_camel(progress);
  const std::string node = body_of(entry)["nodeId"];
  const Json& model = body_of(body_of(entry)["shardMetadata"])["modelCard"]["modelId"];
  Json& list = downloads[node];
  if (list.is_null()) list = Json::array();
  for (Json& old : list) {
    if (body_of(body_of(old)["shardMetadata"])["modelCard"]["modelId"] != model) continue;
    old = entry;
    return;
  }
  list.push_back(entry);
}

void State::apply_edge(const Json& body, bool created) {
  const Json& conn = body["conn"];
  const std::string source = conn["source"], sink = conn["sink"];
  const Json edge = {{"sinkMultiaddr", conn["edge"]["sink_multiaddr"]}};
  Json& list = connections[source][sink];
  if (list.is_null()) list = Json::array();
  const auto old = std::find(list.begin(), list.end(), edge);
  if (created && old == list.end()) list.insert(list.begin(), edge);  // socket edges stand before RDMA edges
  if (!created && old != list.end()) list.erase(old);
  if (list.empty()) connections[source].erase(sink);
  if (connections[source].empty()) connections.erase(source);
}

void State::apply_timed_out(const std::string& node) {
  nodes.erase(std::remove(nodes.begin(), nodes.end(), node), nodes.end());
  for (Json* part : {&last_seen, &downloads, &memory, &disk, &network, &thunderbolt, &bridge, &rdma_ctl, &backends,
                     &connections, &rdma_connections_})
    part->erase(node);
  std::vector<std::string> empty;
  for (auto& [source, sinks] : connections.items()) {
    sinks.erase(node);
    if (sinks.empty()) empty.push_back(source);
  }
  for (const std::string& source : empty) connections.erase(source);
  compute_rdma_edges();
}

void State::compute_rdma_edges() {
  if (rdma_connections_.empty()) return;
  for (auto& [source, sinks] : connections.items())
    for (auto& [sink, edges] : sinks.items())
      edges.erase(
          std::remove_if(edges.begin(), edges.end(), [](const Json& e) { return e.contains("sourceRdmaIface"); }),
          edges.end());
  auto find_port = [&](const std::string& domain, std::string& node) -> std::string {
    for (const auto& [id, ports] : thunderbolt.items())
      for (const Json& port : ports["interfaces"])
        if (port["domainUuid"] == domain) return node = id, port["rdmaInterface"].get<std::string>();
    return "";
  };
  auto enabled = [&](const std::string& node) { return rdma_ctl.contains(node) && rdma_ctl[node]["enabled"] == true; };
  for (const auto& [source, conns] : rdma_connections_.items())
    for (const Json& conn : conns) {
      std::string from, to;
      const std::string source_iface = find_port(conn["source_uuid"], from),
                        sink_iface = find_port(conn["sink_uuid"], to);
      if (from.empty() || to.empty() || !has_node(from) || !has_node(to)) continue;
      if (main_ && (!enabled(from) || !enabled(to))) continue;
      Json& list = connections[from][to];
      if (list.is_null()) list = Json::array();
      list.push_back({{"sourceRdmaIface", source_iface}, {"sinkRdmaIface", sink_iface}});
    }
  std::vector<std::pair<std::string, std::string>> empty;
  for (auto& [source, sinks] : connections.items())
    for (auto& [sink, edges] : sinks.items())
      if (edges.empty()) empty.emplace_back(source, sink);
  for (const auto& [source, sink] : empty) {
    connections[source].erase(sink);
    if (connections[source].empty()) connections.erase(source);
  }
}

}  // namespace exo_harness::fake

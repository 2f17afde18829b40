#include <algorithm>
#include <set>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "readers.h"

namespace exo_harness::exo {

namespace {

Shard read_shard(const Node& node, Unknown& unknown) {
  const auto [tag, value] = tagged(node);
  Shard shard;
  shard.tag = tag;
  if (tag != "PipelineShardMetadata" && tag != "TensorShardMetadata") unknown.push_back(value.pointer());
  note_unknown(value,
               {"modelCard", "deviceRank", "worldSize", "immediateException", "shouldTimeout", "startLayer", "endLayer",
                "nLayers"},
               unknown);
  if (const auto card = value.find("modelCard")) shard.model_id = card->text_or_empty("modelId");
  shard.rank = value.at("deviceRank").number();
  shard.world_size = value.at("worldSize").number();
  shard.start_layer = value.number_or_zero("startLayer");
  shard.end_layer = value.number_or_zero("endLayer");
  shard.layers = value.number_or_zero("nLayers");
  return shard;
}

void read_assignments(const Node& node, Instance& instance, Unknown& unknown) {
  note_unknown(node, {"modelId", "runnerToShard", "nodeToRunner"}, unknown);
  instance.model_id = node.text_or_empty("modelId");
  std::map<std::string, std::string> node_of;
  for (const auto& [node_id, runner] : node.at("nodeToRunner").entries()) node_of[runner.text()] = node_id;
  for (const auto& [runner_id, shard] : node.at("runnerToShard").entries()) {
    const auto found = node_of.find(runner_id);
    instance.ranks.push_back({runner_id, found == node_of.end() ? "" : found->second, read_shard(shard, unknown)});
  }
  std::stable_sort(instance.ranks.begin(), instance.ranks.end(),
                   [](const Rank& a, const Rank& b) { return a.shard.rank < b.shard.rank; });
}

void read_hosts(const Node& node, Instance& instance) {
  for (const auto& [node_id, hosts] : node.entries()) {
    auto& list = instance.hosts_by_node[node_id];
    for (const Node& host : hosts.items()) {
      list.push_back(format("{}:{}", host.at("ip").text(), host.at("port").number()));
    }
  }
}

void read_jaccl(const Node& value, Instance& instance) {
  for (const Node& row : value.at("jacclDevices").items()) {
    auto& devices = instance.jaccl_devices.emplace_back();
    for (const Node& device : row.items()) devices.push_back(device.json().is_null() ? "" : device.text());
  }
  for (const auto& [node_id, address] : value.at("jacclCoordinators").entries()) {
    instance.jaccl_coordinators[node_id] = address.text();
  }
}

}  // namespace

const Rank* Instance::rank(int index) const {
  const auto it = std::find_if(ranks.begin(), ranks.end(), [&](const Rank& r) { return r.shard.rank == index; });
  return it == ranks.end() ? nullptr : &*it;
}

Instance read_instance(const Node& node, std::string_view id, Unknown& unknown) {
  const auto [tag, value] = tagged(node);
  Instance instance;
  instance.tag = tag;
  instance.id = value.text_or_empty("instanceId");
  if (instance.id.empty()) instance.id = id;
  const bool is_ring = tag == "MlxRingInstance", is_jaccl = tag == "MlxJacclInstance";
  if (!is_ring && !is_jaccl) {
    unknown.push_back(value.pointer());
    if (!value.find("shardAssignments")) return instance;
  }
  note_unknown(value,
               {"instanceId", "shardAssignments", "hostsByNode", "ephemeralPort", "jacclDevices", "jacclCoordinators"},
               unknown);
  read_assignments(value.at("shardAssignments"), instance, unknown);
  if (is_ring) read_hosts(value.at("hostsByNode"), instance);
  if (is_jaccl) read_jaccl(value, instance);
  return instance;
}

}  // namespace exo_harness::exo

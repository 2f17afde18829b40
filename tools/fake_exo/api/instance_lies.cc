// Instances in a state that are changed on their way, one thing at a time. Each is what a suite has to find out.
#include "api/instance_lies.h"

#include <cstdint>

namespace exo_harness::fake {
namespace {

constexpr const char* kOtherModel = "mlx-community/Qwen3-0.6B-4bit";

/// Calls `change` with the fields of each instance, without its tag.
template <class Change>
void each_instance(Json& state, Change change) {
  for (auto& [id, tagged] : state["instances"].items()) change(tagged.begin().value());
}

/// Calls `change` with the fields of each shard of several, without its tag, in the order of their ranks.
template <class Change>
void each_shard(Json& state, Change change) {
  each_instance(state, [&](Json& instance) {
    std::map<int, Json*> by_rank;
    for (auto& [runner, tagged] : instance["shardAssignments"]["runnerToShard"].items()) {
      Json& shard = tagged.begin().value();
      by_rank[shard["deviceRank"].get<int>()] = &shard;
    }
    if (by_rank.size() < 2) return;
    for (auto& [rank, shard] : by_rank) change(*shard, rank == static_cast<int>(by_rank.size()) - 1);
  });
}

void add_to(Json& fields, const char* what, int more) {
  fields[what] = fields[what].get<std::int64_t>() + more;
}

void hosts_missing(Json& state) {
  each_instance(state, [](Json& instance) {
    if (instance.contains("hostsByNode") && instance["hostsByNode"].size() > 1)
      instance["hostsByNode"].erase(instance["hostsByNode"].begin());
  });
}

void device_wrong(Json& state) {
  each_instance(state, [](Json& instance) {
    if (!instance.contains("jacclDevices")) return;
    for (Json& row : instance["jacclDevices"])
      for (Json& device : row)
        if (device.is_string()) device = "rdma_en99";
  });
}

void coordinators_apart(Json& state) {
  each_instance(state, [](Json& instance) {
    if (!instance.contains("jacclCoordinators")) return;
    int port = 50'000;
    for (auto& [node, address] : instance["jacclCoordinators"].items()) {
      const std::string text = address;
      address = text.substr(0, text.rfind(':') + 1) + std::to_string(++port);
    }
  });
}

void node_of_nobody(Json& state) {
  each_instance(state, [](Json& instance) {
    if (instance["shardAssignments"]["nodeToRunner"].size() > 1) put_on_nobody(instance);
  });
}

void other_model_placed(Json& state) {
  each_shard(state, [](Json& shard, bool is_last) {
    if (is_last) shard["modelCard"]["modelId"] = kOtherModel;
  });
}

}  // namespace

void put_on_nobody(Json& instance) {
  Json& nodes = instance["shardAssignments"]["nodeToRunner"];
  const Json runner = nodes.begin().value();
  nodes.erase(nodes.begin());
  nodes[kNobody] = runner;
}

const StateChanges& instance_changes() {
  static const StateChanges kChanges = {
      {"coordinators-apart", coordinators_apart},
      {"device-wrong", device_wrong},
      {"hosts-missing", hosts_missing},
      {"instances-hidden", [](Json& state) { state["instances"] = Json::object(); }},
      {"layers-count", [](Json& state) { each_shard(state, [](Json& shard, bool) { add_to(shard, "nLayers", 1); }); }},
      {"layers-gap",
       [](Json& state) {
         each_shard(state, [](Json& shard, bool is_last) {
           if (is_last) add_to(shard, "startLayer", 1);
         });
       }},
      {"layers-overlap",
       [](Json& state) {
         each_shard(state, [](Json& shard, bool is_last) {
           if (is_last) add_to(shard, "startLayer", -1);
         });
       }},
      {"layers-short",
       [](Json& state) {
         each_shard(state, [](Json& shard, bool is_last) {
           if (is_last) add_to(shard, "endLayer", -1);
         });
       }},
      {"node-of-nobody", node_of_nobody},
      {"other-model-placed", other_model_placed},
      {"rank-twice", [](Json& state) { each_shard(state, [](Json& shard, bool) { shard["deviceRank"] = 0; }); }},
      {"world-size", [](Json& state) { each_shard(state, [](Json& shard, bool) { shard["worldSize"] = 3; }); }},
  };
  return kChanges;
}

}  // namespace exo_harness::fake

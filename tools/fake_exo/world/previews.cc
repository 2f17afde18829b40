#include "world/placement.h"

namespace exo_harness::fake {
namespace {

Json memory_delta(const Json& instance, const Model& model) {
  const InstanceView view{instance};
  Json out = Json::object();
  for (const auto& [node, runner] : view.assignments()["nodeToRunner"].items()) {
    const Json& shard = view.shard_of(runner.get<std::string>());
    const bool tensor = view.shard_tag(runner.get<std::string>()) == "TensorShardMetadata";
    const std::uint64_t share =
        tensor ? model.storage_bytes / view.world_size()
               : model.storage_bytes *
                     (shard["endLayer"].get<std::uint64_t>() - shard["startLayer"].get<std::uint64_t>()) /
                     shard["nLayers"].get<std::uint64_t>();
    out[node] = share;
  }
  return out;
}

Json row(const Model& model, const std::string& sharding, const std::string& meta, const Placement& placed) {
  const bool good = placed.error.empty();
  return {{"model_id", model.id},
          {"sharding", sharding},
          {"instance_meta", meta},
          {"instance", good ? placed.instance : Json(nullptr)},
          {"memory_delta_by_node", good ? memory_delta(placed.instance, model) : Json(nullptr)},
          {"error", good ? Json(nullptr) : Json(placed.error)}};
}

}  // namespace

Json previews(const Model& model, const State& state, const std::set<std::string>& required_nodes) {
  Json out = Json::array();
  for (const char* sharding : {"Pipeline", "Tensor"})
    for (const char* meta : {"MlxRing", "MlxJaccl"}) {
      bool failed = false;
      for (std::size_t count = 1; count <= state.nodes.size(); ++count) {
        PlacementRequest request;
        request.model = &model;
        request.sharding = sharding;
        request.instance_meta = meta;
        request.min_nodes = static_cast<int>(count);
        request.required_nodes = required_nodes;
        const Placement placed = place(request, state);
        if (!placed.error.empty() && failed) continue;  // only the first error of a pair is listed
        failed = failed || !placed.error.empty();
        // The same cycle size for several minimum counts is one row.
        if (placed.error.empty() && InstanceView{placed.instance}.world_size() != count) continue;
        out.push_back(row(model, sharding, meta, placed));
      }
    }
  return out;
}

}  // namespace exo_harness::fake

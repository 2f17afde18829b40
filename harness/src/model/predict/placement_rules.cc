#include <numeric>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "prediction_rules.h"

namespace exo_harness::model {
namespace {

constexpr const char* kPlacement = "Exo v1.0.71 and 81d7cb0, src/exo/master/placement.py, place_instance";
constexpr const char* kUtils = "Exo v1.0.71 and 81d7cb0, src/exo/master/placement_utils.py";

bool is_pipeline(const Subject& s) {
  return s.mode.world_size > 1 && s.mode.sharding == exo::Sharding::pipeline;
}

std::optional<Prediction> too_little_memory(const Subject& s) {
  const std::vector<std::uint64_t>& free = s.nodes.free_bytes;
  if (free.empty()) return {};
  if (static_cast<int>(free.size()) < s.mode.world_size) {
    return failing(Phase::place, "No cycles found with sufficient memory",
                   format("{} nodes are asked for, there are {}", s.mode.world_size, free.size()), kPlacement);
  }
  const auto end = free.begin() + s.mode.world_size;
  const std::uint64_t sum = std::accumulate(free.begin(), end, std::uint64_t{0});
  if (sum >= s.card.storage_bytes) return {};
  return failing(Phase::place, "No cycles found with sufficient memory",
                 format("the card says {}, {} node(s) have {} free", human_bytes(s.card.storage_bytes),
                        s.mode.world_size, human_bytes(sum)),
                 kPlacement);
}

std::optional<Prediction> card_denies_tensor(const Subject& s) {
  if (!is_tensor(s) || s.card.supports_tensor) return {};
  return failing(Phase::place, "Requested Tensor sharding but this model does not support tensor parallelism",
                 "the card says supports_tensor = false", kPlacement);
}

std::optional<Prediction> does_not_divide(const Subject& s) {
  const int n = s.mode.world_size;
  if (!is_tensor(s)) return {};
  const bool latent = s.generation != exo::Generation::v1_0_71 && s.card.base_model.rfind("DeepSeek V4", 0) == 0;
  const bool heads = latent || s.card.kv_heads == 0 || s.card.kv_heads % n == 0;
  if (s.card.hidden_size % n == 0 && heads) return {};
  const std::string kv = s.card.kv_heads > 0 ? format(", num_key_value_heads={}", s.card.kv_heads) : "";
  return failing(Phase::place,
                 format("No tensor sharding found for model with hidden_size={}{}", s.card.hidden_size, kv),
                 heads ? format("a hidden size of {} does not divide by {} ranks", s.card.hidden_size, n)
                       : format("{} key-value heads do not divide by {} ranks", s.card.kv_heads, n),
                 kPlacement);
}

std::optional<Prediction> pipeline_forbidden(const Subject& s) {
  if (s.mode.sharding != exo::Sharding::pipeline) return {};
  if (s.card.model_id == "mlx-community/DeepSeek-V3.1-8bit") {
    return failing(Phase::place, "Pipeline parallelism is not supported for DeepSeek V3.1 (8-bit)",
                   "Exo refuses this model by name", kPlacement);
  }
  if (is_pipeline(s) && s.card.base_model.rfind("Gemma 4", 0) == 0) {
    return failing(Phase::place, "Pipeline parallelism is not supported for Gemma 4",
                   "Exo refuses this family by its base_model", kPlacement);
  }
  return {};
}

std::optional<Prediction> no_rdma(const Subject& s) {
  if (s.mode.world_size < 2 || s.mode.comm != exo::Comm::mlx_jaccl) return {};
  if (s.generation != exo::Generation::v1_0_71 && s.nodes.metal == false) {
    return failing(Phase::place, "No cycle where every node supports a backend in ['MlxMetal']",
                   "JACCL needs Metal on each node",
                   "rdma contract 4; Exo 81d7cb0, placement.py, INSTANCE_META_BACKENDS");
  }
  if (s.nodes.rdma_cycle != false) return {};
  return failing(Phase::place, "Requested RDMA (MlxJaccl) but no RDMA-connected cycles available",
                 "not each pair of nodes has an RDMA edge both ways", "rdma contract 4");
}

std::optional<Prediction> too_few_layers(const Subject& s) {
  if (!is_pipeline(s) || s.card.layers >= s.mode.world_size) return {};
  return failing(Phase::place, format("Cannot distribute {} layers across {} nodes", s.card.layers, s.mode.world_size),
                 "each node needs a layer", kUtils);
}

std::optional<Prediction> share_too_big(const Subject& s) {
  if (s.mode.sharding != exo::Sharding::pipeline || s.nodes.free_bytes.empty() || s.card.layers == 0) return {};
  const std::vector<std::uint64_t> free(s.nodes.free_bytes.begin(), s.nodes.free_bytes.begin() + s.mode.world_size);
  const std::vector<int> shares = allocate_layers(s.card.layers, free);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const std::uint64_t needed =
        s.card.storage_bytes / static_cast<std::uint64_t>(s.card.layers) * static_cast<std::uint64_t>(shares[i]);
    if (needed <= free[i]) continue;
    return failing(Phase::place, "has insufficient memory: requires",
                   format("node {} gets {} layers, which need {}; it has {} free", i, shares[i], human_bytes(needed),
                          human_bytes(free[i])),
                   kUtils);
  }
  return {};
}

}  // namespace

std::vector<Rule> placement_rules() {
  return {too_little_memory, card_denies_tensor, does_not_divide, pipeline_forbidden,
          no_rdma,           too_few_layers,     share_too_big};
}

}  // namespace exo_harness::model

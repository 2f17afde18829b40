#include <algorithm>
#include <set>

#include "exo_harness/core/format.h"
#include "exo_harness/exo/state.h"

namespace exo_harness::exo {

namespace {

using Contradiction = std::string;  // Empty: none.

std::string describe(const Instance& instance) {
  std::string text = format("{} of {}", instance.tag, instance.model_id);
  for (const Rank& r : instance.ranks) {
    text += format("\nrank {} of {}: {}, layers {} to {} of {}, runner {}, node {}", r.shard.rank, r.shard.world_size,
                   r.shard.tag, r.shard.start_layer, r.shard.end_layer, r.shard.layers, r.runner_id, r.node_id);
  }
  return text;
}

Contradiction check_ranks(const Instance& instance) {
  const int n = static_cast<int>(instance.ranks.size());
  if (n == 0) return "it has no ranks";
  std::set<std::string> nodes;
  for (int i = 0; i < n; ++i) {
    const Rank& rank = instance.ranks[static_cast<std::size_t>(i)];
    if (rank.shard.rank != i) return format("rank {} is missing or there twice", i);
    if (rank.shard.world_size != n)
      return format("rank {} says world size {}, but there are {} ranks", i, rank.shard.world_size, n);
    if (rank.node_id.empty()) return format("rank {} has no node", i);
    if (!nodes.insert(rank.node_id).second) return format("node {} holds two ranks", rank.node_id);
    if (rank.shard.tag != instance.ranks.front().shard.tag)
      return format("rank {} is {}, rank 0 is {}", i, rank.shard.tag, instance.ranks.front().shard.tag);
    if (rank.shard.layers != instance.ranks.front().shard.layers)
      return format("rank {} counts {} layers, rank 0 counts {}", i, rank.shard.layers,
                    instance.ranks.front().shard.layers);
  }
  return "";
}

Contradiction check_tensor_layers(const Instance& instance) {
  for (const Rank& r : instance.ranks) {
    if (r.shard.start_layer != 0 || r.shard.end_layer != r.shard.layers) {
      return format("rank {} of a tensor placement holds layers {} to {} instead of all {}", r.shard.rank,
                    r.shard.start_layer, r.shard.end_layer, r.shard.layers);
    }
  }
  return "";
}

Contradiction check_pipeline_layers(const Instance& instance) {
  std::vector<const Shard*> shards;
  for (const Rank& r : instance.ranks) shards.push_back(&r.shard);
  std::sort(shards.begin(), shards.end(), [](auto* a, auto* b) { return a->start_layer < b->start_layer; });
  int next = 0;
  for (const Shard* s : shards) {
    if (s->start_layer != next || s->end_layer <= s->start_layer) {
      return format("rank {} holds layers {} to {}, but layer {} comes next: a gap or an overlap", s->rank,
                    s->start_layer, s->end_layer, next);
    }
    next = s->end_layer;
  }
  return next == shards.front()->layers ? "" : format("the ranks hold {} of {} layers", next, shards.front()->layers);
}

Contradiction check_matrix(const Instance& instance) {
  const std::size_t n = instance.ranks.size();
  const auto& matrix = instance.jaccl_devices;
  if (matrix.size() != n) return format("the JACCL matrix has {} rows for {} ranks", matrix.size(), n);
  for (std::size_t i = 0; i < n; ++i) {
    if (matrix[i].size() != n)
      return format("row {} of the JACCL matrix has {} entries for {} ranks", i, matrix[i].size(), n);
    for (std::size_t j = 0; j < n; ++j) {
      if (matrix[i][j].empty() != (i == j)) {
        return format("the JACCL matrix at row {}, column {} is {}", i, j,
                      i == j ? matrix[i][j] + " on the diagonal" : "null");
      }
    }
  }
  for (const Rank& r : instance.ranks) {
    if (!instance.jaccl_coordinators.count(r.node_id)) return format("rank {} has no JACCL coordinator", r.shard.rank);
  }
  return "";
}

Contradiction check_hosts(const Instance& instance) {
  for (const auto& [node, hosts] : instance.hosts_by_node) {
    if (hosts.size() != instance.ranks.size()) {
      return format("node {} knows {} ring hosts for {} ranks", node, hosts.size(), instance.ranks.size());
    }
  }
  return "";
}

}  // namespace

Outcome<Mode> proven_mode(const Instance& instance) {
  const auto mismatch = [&](const std::string& why) {
    return Failure{FailureKind::mismatch, format("instance {} proves no mode: {}", instance.id, why),
                   describe(instance)};
  };
  Mode mode;
  if (instance.tag == "MlxJacclInstance") {
    mode.comm = Comm::mlx_jaccl;
  } else if (instance.tag != "MlxRingInstance") {
    return mismatch(format("the tag '{}' is not known", instance.tag));
  }
  if (const auto why = check_ranks(instance); !why.empty()) return mismatch(why);
  const std::string& tag = instance.ranks.front().shard.tag;
  if (tag == "TensorShardMetadata") {
    mode.sharding = Sharding::tensor;
  } else if (tag != "PipelineShardMetadata") {
    return mismatch(format("the shard tag '{}' is not known", tag));
  }
  mode.world_size = static_cast<int>(instance.ranks.size());
  const auto layers =
      mode.sharding == Sharding::tensor ? check_tensor_layers(instance) : check_pipeline_layers(instance);
  if (!layers.empty()) return mismatch(layers);
  const auto wires = mode.comm == Comm::mlx_jaccl ? check_matrix(instance) : check_hosts(instance);
  if (!wires.empty()) return mismatch(wires);
  return mode;
}

}  // namespace exo_harness::exo

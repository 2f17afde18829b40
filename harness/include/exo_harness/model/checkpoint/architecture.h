#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exo_harness/exo/mode.h"
#include "exo_harness/model/checkpoint/config.h"
#include "exo_harness/model/checkpoint/folder.h"
#include "exo_harness/model/fixture/fixture.h"

namespace exo_harness::model {

/// How many layers do what. A transformer layer counts twice: as attention, and as mlp or moe.
struct LayerCounts {
  int total = 0;
  int mamba = 0;  ///< Layers with a recurrent state: Mamba-2, gated delta nets.
  int moe = 0, attention = 0, mlp = 0;
};

/// What a model is, from its files, before anything is loaded.
struct Architecture {
  std::string model_type;
  std::vector<std::string> architectures;
  bool known = false;  ///< The rules know this family; else much is a guess from common names.
  LayerCounts layers;
  std::string pattern;  ///< A letter a layer: `M`, `L`, `E`, `*`, `-`; `*` alone for a transformer layer.
  ExpertFacts experts;
  std::uint64_t context_tokens = 0;
  std::uint64_t parameters_total = 0;   ///< Packing undone; scales and biases of quantisation are none.
  std::uint64_t parameters_active = 0;  ///< Of one token: routed experts count by their share.
  std::uint64_t bytes_active = 0;       ///< Of weights that one token reads: a table of embeddings only as the head.
  Quantization quantization;
  int overrides = 0;  ///< Modules packed in another way.
  std::uint64_t bytes_disk = 0, bytes_headers = 0;
  std::uint64_t bytes_index = 0;         ///< As stated; 0: not stated.
  std::uint64_t kv_bytes_per_token = 0;  ///< All attention layers, one sequence, unquantised cache.
  std::uint64_t ssm_state_bytes = 0;     ///< Recurrent state of one sequence, whatever its length.
  std::vector<std::string> not_known;    ///< What could not be said, and why; for people.
};

/// Looks at config and headers. Threads: any. Source of names and shapes: mlx-lm c7010341, mlx_lm/models.
Architecture analyse(const ModelFolder& folder);

/// The pattern in groups of ten with the counts below it, for a terminal.
std::string picture(const Architecture& architecture);

/// KV cache and recurrent state of one sequence of `tokens`, in bytes. Layers with a sliding window hold no more than
/// it.
std::uint64_t cache_bytes(const ModelConfig& config, std::uint64_t tokens);

/// Layers per rank when `memory` (bytes free per rank, in order of rank) is shared out in proportion, by the largest
/// remainder. Empty when there are fewer layers than ranks.
/// Source: Exo v1.0.71 and 81d7cb0, src/exo/master/placement_utils.py, allocate_layers_proportionally.
std::vector<int> allocate_layers(int layers, const std::vector<std::uint64_t>& memory);

/// Bytes that the fullest rank needs: its weights, and the cache of one sequence of `tokens`.
///
/// Pipeline: equal memory is assumed; embeddings and head lie on every rank. Tensor: matrices of attention, MLP,
/// experts and recurrent layers are split, the rest lies on every rank. Source: Exo v1.0.71,
/// src/exo/worker/engines/mlx/auto_parallel.py and utils_mlx.py (shard_and_load).
std::uint64_t memory_per_node(const ModelFolder& folder, const exo::Mode& mode, std::uint64_t tokens);

}  // namespace exo_harness::model

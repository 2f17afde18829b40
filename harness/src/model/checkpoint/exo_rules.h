#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/exo/mode.h"
#include "exo_harness/model/checkpoint/config.h"

namespace exo_harness::model {

// What Exo and the mlx-lm it pins know, as facts. v1.0.71 pins mlx-lm c7010341, main (81d7cb0) pins branch
// leo/deepseek-v4.

/// The family names that the rules of this layer were written for.
bool is_known_family(std::string_view model_type);

/// The module of mlx-lm that loads this model type; empty: none, and loading fails.
/// Source: mlx-lm c7010341, mlx_lm/utils.py MODEL_REMAPPING and mlx_lm/models.
std::string engine_module(std::string_view model_type, exo::Generation generation);

/// Whether Exo can split that module over ranks. Source: auto_parallel.py, tensor_auto_parallel, both generations.
bool has_tensor_strategy(std::string_view module, exo::Generation generation);

/// Whether a card that Exo makes itself says that the model can be split.
/// Source: Exo v1.0.71, src/exo/shared/models/model_cards.py, ConfigData.supports_tensor.
bool card_supports_tensor(const std::vector<std::string>& architectures, exo::Generation generation);

/// Blocks of one thing each (Nemotron-H), against layers of attention and MLP.
bool is_block_hybrid(const ModelConfig& config);

/// The cache is made for all layers of config.json, whatever layers a pipeline stage keeps.
/// Source: mlx-lm c7010341, make_cache of models/gemma3_text.py and models/cohere2.py.
bool makes_cache_for_all_layers(std::string_view module);

/// The modules of one layer that are split, in the order in which Exo splits them.
struct SplitStep {
  const char* module;  ///< Behind `layers.N.`.
  bool by_inputs;      ///< Split columns (inputs); else rows (outputs).
  bool in_place;       ///< Through shard_inplace: no check of its own, MLX's split fails.
};
/// Source: auto_parallel.py, the strategies' shard_model.
std::vector<SplitStep> split_steps();

}  // namespace exo_harness::model

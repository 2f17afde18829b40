#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/model/checkpoint/config.h"

namespace exo_harness::model {

/// A weight that a module of mlx-lm needs.
struct NeededWeight {
  /// Names it may have, each enough: `mlp.switch_mlp.up_proj.weight`, or as Hugging Face stores it, with `*` for each
  /// expert. Without `layers.N.` in front.
  std::vector<std::string> names;
  std::vector<std::vector<std::uint64_t>> shapes;  ///< Of each name; packing undone; 0: any.
};

/// What a whole model of that module needs.
struct NeededWeights {
  std::string_view root;                             ///< In front of `layers.N.`: `model.`.
  std::vector<NeededWeight> outside;                 ///< Full names: embedding, last norm, head.
  std::vector<std::vector<NeededWeight>> of_layers;  ///< By layer.
};

/// Nothing when the names of that module are not known here.
/// Source: parameters of mlx-lm c7010341's own classes, made with sizes that tell each other apart, and their sanitize.
std::optional<NeededWeights> needed_weights(std::string_view module, const ModelConfig& config);

/// Whether the module takes the embedding for the head, and drops a head that is there, when config.json does not say
/// `tie_word_embeddings`. Source: ModelArgs of the same.
bool ties_by_default(std::string_view module);

/// How MLX reads a type of safetensors.
enum class MlxReading {
  as_written,
  raw_bytes,  ///< F8_E4M3 comes out as uint8, bit by bit.
  refused     ///< The whole file does not load: `[safetensor] unsupported dtypeF64`.
};
/// Source: mlx and mlx-cpu 0.31.2, mx.load of a file of each type that safetensors 0.8 knows;
/// reports/measured/predictions.md.
MlxReading mlx_reading_of(std::string_view dtype);

/// Whether the module unpacks F8_E4M3 itself. Source: mlx-lm c7010341, sanitize with from_fp8.
bool unpacks_fp8(std::string_view module);

}  // namespace exo_harness::model

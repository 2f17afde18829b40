#pragma once

#include <string>
#include <string_view>

#include "tensor_names.h"
#include "weight_table.h"

namespace exo_harness::model {

/// The tensors that `module` of mlx-lm has no place for, as text: the first three and how many more; empty: none.
/// Exo loads with strict=False: they are left out without a word. Not among them: what the module drops since it needs
/// none of it (`rotary_emb.inv_freq`, the head of tied embeddings, layers that predict more tokens at once), scales and
/// biases of packing, and layers that config.json says nothing of. `needs`: what needed_weights says of the same
/// module. Source: mlx-lm c7010341, the parameters of mlx_lm/models and their sanitize.
std::string extra_weights(const TensorTable& tensors, const NeededWeights& needs, std::string_view module,
                          const ModelConfig& config);

}  // namespace exo_harness::model

#pragma once

#include <optional>
#include <string_view>

#include "exo_harness/model/predict/prediction.h"

#include "model/checkpoint/tensor_names.h"

namespace exo_harness::model {

/// What speaks against `works` in the files themselves, whatever the placement, though no rule tells what will come of
/// it: an `unknown` with its reason. Exo loads with strict=False: it checks neither names nor shapes, and what is
/// missing keeps the random numbers it was made with. `module` of mlx-lm. Nothing: the files are what that module
/// needs.
std::optional<Prediction> weight_doubts(const ModelFolder& folder, const TensorTable& tensors, std::string_view module);

}  // namespace exo_harness::model

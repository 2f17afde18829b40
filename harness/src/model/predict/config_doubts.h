#pragma once

#include <string>
#include <string_view>

#include "exo_harness/model/checkpoint/config.h"

namespace exo_harness::model {

/// What speaks against `works` in config.json itself, though no rule tells what will come of it: a reason. `module` of
/// mlx-lm. Empty: nothing.
std::string config_doubt(const ModelConfig& config, std::string_view module);

}  // namespace exo_harness::model

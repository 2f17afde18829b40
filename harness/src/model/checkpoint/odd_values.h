#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace exo_harness::model {

/// What in config.json, or in its `text_config`, modules of mlx-lm cannot compute with, or not as a rule knows:
/// `rope_theta is string, expected a number`. JsonObject refuses what the harness itself counts with; these are keys
/// that the engine alone reads. Source: mlx-lm c7010341, the modules' ModelArgs, models/rope_utils.py, and
/// mlx_lm/utils.py, load_model.
std::vector<std::string> odd_values(const nlohmann::json& root);

}  // namespace exo_harness::model

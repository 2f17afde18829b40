#pragma once

#include <string_view>
#include <vector>

namespace exo_harness::model {

/// The keys that config.json must have for that module of mlx-lm to be made, in the order in which Python names those
/// that are missing; null is a value. Empty: none, or the module is not known.
/// Source: mlx-lm c7010341 and leo/deepseek-v4 (the same in both), ModelArgs of mlx_lm/models/MODULE.py, fields without
/// a default; of all modules whose ModelArgs reads config.json as it stands.
std::vector<std::string_view> required_keys(std::string_view module);

/// The module that a module makes of `text_config`, of the `model_type` that stands in it; empty: none that is known
/// here. Source: the same, Model.__init__.
std::string_view text_module(std::string_view module, std::string_view text_type);

}  // namespace exo_harness::model

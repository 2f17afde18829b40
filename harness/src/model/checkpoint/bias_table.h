#pragma once

#include <string_view>
#include <vector>

#include "exo_harness/model/checkpoint/config.h"

namespace exo_harness::model {

/// The biases that a layer of a module of mlx-lm has since config.json asks for them (`attention_bias`, `mlp_bias` …),
/// as tables of text like those of weight_table.cc. `kind`: the layer's letter in ModelConfig::pattern, `*` without.
/// Source: mlx-lm c7010341, models/MODULE.py, nn.Linear(bias=…) and nn.Conv1d(bias=…).
std::vector<std::string_view> bias_tables(std::string_view module, const ModelConfig& config, char kind);

}  // namespace exo_harness::model

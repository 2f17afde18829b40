#pragma once

#include <string>
#include <vector>

#include "exo_harness/model/checkpoint/architecture.h"
#include "exo_harness/model/predict/prediction.h"

namespace exo_harness::model {

/// The answer of `models analyze --json`, indented, with a newline at the end. Keys are stable: fixtures/README.md
/// lists them.
/// `tokens`: the length of the sequence whose cache is counted.
std::string analysis_json(const Architecture& architecture, const ModelConfig& config,
                          const std::vector<Prediction>& predictions, std::uint64_t tokens);

}  // namespace exo_harness::model

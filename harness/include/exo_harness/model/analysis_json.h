#pragma once

#include <string>
#include <vector>

#include "exo_harness/model/architecture.h"
#include "exo_harness/model/prediction.h"

namespace exo_harness::model {

/// The answer of `models analyze --json`, indented, with a newline at the end. Keys are stable: fixtures/README.md
/// lists them.
std::string analysis_json(const Architecture& architecture, const ModelConfig& config,
                          const std::vector<Prediction>& predictions);

}  // namespace exo_harness::model

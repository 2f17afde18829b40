#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/format.h"
#include "exo_reports/gate.h"

namespace exo_reports {

/// `+5.2 %` of the ratio 1.052; `unbounded` where there is no number.
std::string percent_of(double ratio);

/// `hard`, `subject`, `soft`, `info`.
std::string_view to_string(ManifestClass kind);

/// `not declared`, `under test`, `worth a look`, `declared`, `allowed: REASON`, `for information`.
std::string standing_of(const ManifestDifference& difference);

/// What was asked: `tiny-llama tensor-2 capital`.
template <class Asked>
std::string asked_in_words(const Asked& one) {
  return exo_harness::format("{} {} {}", one.model, one.placement, one.prompt);
}

/// `release`, `standard`.
std::string_view policy_of(const GateOptions& options);

/// What slowdown the blocks would have shown, as a sentence; empty when they show none.
std::string detectable_in_words(const GateResult& result);

/// `41.3`, `0.00123`: a number for people, of whatever size.
std::string number_of(double value);

}  // namespace exo_reports

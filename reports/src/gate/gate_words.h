#pragma once

#include <string>

#include "exo_reports/gate.h"

namespace exo_reports {

/// `+5.2 %` of the ratio 1.052; `unbounded` where there is no number.
std::string percent_of(double ratio);

/// `hard`, `subject`, `soft`, `info`.
std::string_view to_string(ManifestClass kind);

/// `differs`, `under test`, `declared`, `allowed: REASON`, `for information`.
std::string standing_of(const ManifestDifference& difference);

/// `tiny-llama tensor-2 chat-p64-o32 x1`.
std::string subject_of(const PerformanceComparison& one);

/// `41.3`, `0.00123`: a number for people, of whatever size.
std::string number_of(double value);

double middle_of(std::vector<double> values);

}  // namespace exo_reports

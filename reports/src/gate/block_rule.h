#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "exo_reports/gate.h"

namespace exo_reports {

/// How much worse matters.
struct BlockLimits {
  double delta = 0.05;  ///< Practical size: 0.05 is 5 %.
  double absolute = 0;  ///< And at least so much, in the metric's unit.

  double noise_floor() const { return 0.4 * delta; }
  double ceiling() const { return 2 * delta; }
};

struct BlockDecision {
  GateVerdict verdict = GateVerdict::inconclusive;
  int stage = 0;
  double ratio = 1, lower = 0, upper = 0, detectable = 0, p = 1;
  std::string why;
};

constexpr std::size_t kStageOneBlocks = 5, kStageTwoBlocks = 10;

/// The rule of two stages on block medians in order of time, all above 0. `more_is_better`: of rates.
/// Source: reports/README.md, "Performance".
BlockDecision decide_blocks(const std::vector<double>& baseline, const std::vector<double>& candidate,
                            bool more_is_better, const BlockLimits& limits);

}  // namespace exo_reports

#include "gate/block_rule.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "exo_harness/core/format.h"
#include "exo_harness/measure/rank.h"

#include "gate/gate_words.h"

namespace exo_reports {
namespace {

namespace measure = exo_harness::measure;
using exo_harness::format;
using Values = std::vector<double>;

constexpr double kLowerLevel = 0.975, kUpperLevel = 0.95;
constexpr std::size_t kMaxBlocks = 100;  // The exact distribution grows with the product.

// Logarithms whose sign is turned so that more is worse.
Values worse_logs(const Values& values, bool more_is_better) {
  Values logs;
  for (const double value : values) {
    if (logs.size() < kMaxBlocks) logs.push_back(more_is_better ? -std::log(value) : std::log(value));
  }
  return logs;
}

Values later(const Values& values) {
  return {values.begin() + static_cast<std::ptrdiff_t>(kStageOneBlocks), values.end()};
}

double squares_around_mean(const Values& values) {
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum;
}

// What the rule finds in 8 of 10 cases, from the spread within both sides; the bench of the gate holds it to the rule.
double detectable_ratio(const Values& a, const Values& b, const BlockLimits& limits) {
  constexpr double kPower = 0.84, kOfMedian = 1.023, kOfBound = 1.96;
  const double n = static_cast<double>(a.size()), m = static_cast<double>(b.size());
  const double sd = std::sqrt((squares_around_mean(a) + squares_around_mean(b)) / (n + m - 2));
  const double error = kOfMedian * sd * std::sqrt(1 / n + 1 / m);
  return std::exp(std::max(std::log1p(limits.delta) + kPower * error,
                           std::log1p(limits.noise_floor()) + (kOfBound + kPower) * error));
}

struct Rule {
  const Values a, b;  // NOLINT: a value for one decision.
  const BlockLimits& limits;
  double median_baseline, estimate, lower, upper;

  double in_unit(double log_ratio) const { return std::abs(std::expm1(log_ratio)) * median_baseline; }
  bool is_large() const { return estimate >= std::log1p(limits.delta) && in_unit(estimate) >= limits.absolute; }
  bool is_confirmed() const { return measure::hodges_lehmann(later(a), later(b)) >= std::log1p(limits.delta / 2); }
  bool is_worse() const { return lower > std::log1p(limits.noise_floor()) && is_large() && is_confirmed(); }
  bool is_bounded() const {
    return upper < std::log1p(limits.ceiling()) ||
           (upper < 1e3 && limits.absolute > 0 && in_unit(upper) < limits.absolute);
  }
};

void judge_stage_one(const Rule& rule, BlockDecision& decision) {
  const bool passes = rule.is_bounded() && !rule.is_large();
  decision.verdict = passes ? GateVerdict::pass : GateVerdict::inconclusive;
  if (!passes) {
    decision.why = format("worse by {}, at most {}; {} blocks a side decide it", percent_of(decision.ratio),
                          percent_of(decision.upper), kStageTwoBlocks);
  }
}

void judge_stage_two(const Rule& rule, BlockDecision& decision) {
  decision.verdict = rule.is_worse()     ? GateVerdict::fail
                     : rule.is_bounded() ? GateVerdict::pass
                                         : GateVerdict::inconclusive;
  if (decision.verdict == GateVerdict::fail) {
    decision.why = format("worse by {}, at least {}; {} is the limit", percent_of(decision.ratio),
                          percent_of(decision.lower), percent_of(1 + rule.limits.delta));
  } else if (decision.verdict == GateVerdict::inconclusive) {
    decision.why = format("worse by {}, between {} and {}: too much noise to say more", percent_of(decision.ratio),
                          percent_of(decision.lower), percent_of(decision.upper));
  }
}

}  // namespace

BlockDecision decide_blocks(const Values& baseline, const Values& candidate, bool more_is_better,
                            const BlockLimits& limits) {
  BlockDecision decision;
  const Values a = worse_logs(baseline, more_is_better), b = worse_logs(candidate, more_is_better);
  const std::size_t blocks = std::min(a.size(), b.size());
  if (blocks < kStageOneBlocks) {
    decision.why = format("{} and {} valid blocks; {} a side are the least", a.size(), b.size(), kStageOneBlocks);
    return decision;
  }
  const Rule rule{a,
                  b,
                  limits,
                  measure::median(baseline),
                  measure::hodges_lehmann(a, b),
                  measure::shift_lower_bound(a, b, kLowerLevel),
                  measure::shift_upper_bound(a, b, kUpperLevel)};
  decision.stage = blocks < kStageTwoBlocks ? 1 : 2;
  decision.ratio = std::exp(rule.estimate);
  decision.lower = std::exp(rule.lower);
  decision.upper = std::exp(rule.upper);
  decision.detectable = detectable_ratio(a, b, limits);
  Values shifted = b;
  for (double& value : shifted) value -= std::log1p(limits.noise_floor());
  decision.p = measure::mann_whitney_p_greater(a, shifted);
  decision.stage == 1 ? judge_stage_one(rule, decision) : judge_stage_two(rule, decision);
  return decision;
}

}  // namespace exo_reports

// Blocks of both sides, grouped by what was measured, and judged metric by metric.

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "exo_harness/core/few.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/measure/exact_tests.h"

#include "gate/block_rule.h"
#include "gate/gate_words.h"
#include "gate/parts.h"
#include "record/measured_subject.h"

namespace exo_reports {
namespace {

using exo_harness::format;
using exo_harness::journal::BlockMeasured;

constexpr double kHistoricalDelta = 0.10, kFailedRequestsLevel = 0.01, kHolmLevel = 0.025;
constexpr std::size_t kHolmFrom = 21, kTooFewNamed = 2;

struct MetricRule {
  std::string_view name;
  BlockLimits limits;
};
constexpr std::array<MetricRule, 8> kMetrics = {{{"generation_tps", {0.05, 0}},
                                                 {"ttft_ms", {0.10, 20}},
                                                 {"prefill_tps", {0.05, 0}},
                                                 {"prompt_tps", {0.05, 0}},
                                                 {"tpot_ms", {0.05, 0}},
                                                 {"e2e_ms", {0.10, 20}},
                                                 {"output_tps", {0.05, 0}},
                                                 {"peak_memory_mb", {0.03, 0}}}};
bool is_primary_unless_chosen(std::string_view metric) {
  return metric == "generation_tps" || metric == "ttft_ms";
}
// Long prompts with a word for an answer: between two or three tokens there is no speed to compare.
constexpr std::string_view kShortAnswers = "key-";
constexpr BlockLimits kOtherMetric = {0.10, 0};

BlockLimits limits_of(std::string_view metric) {
  const auto* known = std::find_if(kMetrics.begin(), kMetrics.end(), [&](const auto& m) { return m.name == metric; });
  return known == kMetrics.end() ? kOtherMetric : known->limits;
}

// By its unit; of a metric that has none of these nobody knows what is better.
bool more_is_better(std::string_view metric) {
  return metric.ends_with("_tps") || metric.ends_with("_per_s");
}
bool less_is_better(std::string_view metric) {
  return metric.ends_with("_ms") || metric.ends_with("_mb");
}

struct Key {
  std::string model, placement, workload;
  int concurrency = 1;
  auto operator<=>(const Key&) const = default;
};

struct Measured {
  std::vector<const BlockMeasured*> valid;
  std::size_t invalid = 0, requests = 0, failed = 0;
  std::string why_invalid;  // Of the last such block.
};
using Blocks = std::map<Key, Measured>;

std::vector<const GateRun*> in_order_of_time(const GateSide& side) {
  std::vector<const GateRun*> runs;
  for (const GateRun& run : side.runs) runs.push_back(&run);
  std::stable_sort(runs.begin(), runs.end(),
                   [](const GateRun* a, const GateRun* b) { return a->record.started_utc < b->record.started_utc; });
  return runs;
}

Blocks blocks_of(const GateSide& side) {
  Blocks blocks;
  for (const GateRun* run : in_order_of_time(side)) {
    for (const BlockMeasured& block : run->record.blocks) {
      Measured& measured = blocks[{block.model, block.placement, block.workload, block.concurrency}];
      const bool counts = block.valid && block.requests > 0 && block.failed >= 0 && block.failed <= block.requests;
      if (!counts) {
        ++measured.invalid;
        measured.why_invalid = block.why_invalid;
        continue;
      }
      measured.valid.push_back(&block);
      measured.requests += static_cast<std::size_t>(block.requests);
      measured.failed += static_cast<std::size_t>(block.failed);
    }
  }
  return blocks;
}

// A block whose metric is no positive number says nothing of it.
std::vector<double> values_of(const Measured& measured, const std::string& metric) {
  std::vector<double> values;
  for (const BlockMeasured* block : measured.valid) {
    const auto known = block->metrics.find(metric);
    if (known != block->metrics.end() && std::isfinite(known->second) && known->second > 0) {
      values.push_back(known->second);
    }
  }
  return values;
}

// `; not valid: a timer came 90 ms late`; empty when nothing says why.
std::string why_not_valid(const Measured& before, const Measured& now) {
  const std::string& why = now.why_invalid.empty() ? before.why_invalid : now.why_invalid;
  return why.empty() ? "" : "; not valid: " + why;
}

// Those that may fail the gate first.
std::vector<std::string> metrics_of(const Measured& before, const Measured& now) {
  std::set<std::string> names;
  for (const Measured* side : {&before, &now}) {
    for (const BlockMeasured* block : side->valid) {
      for (const auto& [name, value] : block->metrics) {
        if (more_is_better(name) || less_is_better(name)) names.insert(name);
      }
    }
  }
  std::vector<std::string> ordered(names.begin(), names.end());
  std::stable_partition(ordered.begin(), ordered.end(), is_primary_unless_chosen);
  return ordered;
}

class PerformanceGate {
 public:
  PerformanceGate(const GateSide& baseline, const GateSide& candidate, GateFindings& findings)
      : before_(blocks_of(baseline)), now_(blocks_of(candidate)), findings_(findings) {}

  void run() {
    if (before_.empty() || now_.empty()) return without_data();
    for (const auto& [key, measured] : before_) {
      const auto now = now_.find(key);
      now == now_.end() ? missing(key) : compare(key, measured, now->second);
    }
    for (const auto& [key, measured] : now_) {
      if (!before_.count(key))
        findings_.result.not_tested.push_back(subject_of(key) + ": measured in the candidate only");
    }
    correct_for_many();
    for (const PerformanceComparison& one : findings_.result.performance) tell(one);
    tell_of_too_few_blocks();
    tell_of_allowed_differences();
  }

 private:
  void without_data() {
    if (!findings_.options.performance_expected) {
      findings_.result.not_tested.push_back("performance: nothing was measured, as was asked");
    } else if (before_.empty() && now_.empty()) {
      findings_.add(GateVerdict::inconclusive, "perf.none", "performance",
                    "neither run has performance data: run the suite performance, or say --without-performance");
    } else {
      findings_.add(
          GateVerdict::incomparable, "perf.one_side", "performance",
          format("the {} has no performance data, the other run has", before_.empty() ? "baseline" : "candidate"));
    }
  }

  void missing(const Key& key) {
    findings_.add(GateVerdict::fail, "perf.missing", subject_of(key),
                  "it was measured in the baseline, and not in the candidate");
  }

  void compare(const Key& key, const Measured& before, const Measured& now) {
    findings_.result.counts["invalid_blocks"] += static_cast<int>(before.invalid + now.invalid);
    compare_failed_requests(key, before, now);
    bool any = false;
    for (const std::string& metric : metrics_of(before, now)) {
      auto a = values_of(before, metric), b = values_of(now, metric);
      if (a.empty() && b.empty()) continue;
      any = any || is_primary(key.workload, metric);
      compare_metric(key, metric, std::move(a), std::move(b));
    }
    if (any) return;
    findings_.add(
        GateVerdict::inconclusive, "perf.too_few_blocks", subject_of(key),
        format("no valid block has a metric that may fail the gate ({} and {} blocks, {} and {} of them not valid){}",
               before.valid.size() + before.invalid, now.valid.size() + now.invalid, before.invalid, now.invalid,
               why_not_valid(before, now)));
  }

  void compare_failed_requests(const Key& key, const Measured& before, const Measured& now) {
    if (now.failed == 0) return;
    const double p = exo_harness::measure::fisher_p_greater(before.failed, before.requests, now.failed, now.requests);
    const std::string what = format("{} of {} requests failed, and {} of {} in the baseline (Fisher p = {:.3g})",
                                    now.failed, now.requests, before.failed, before.requests, p);
    p <= kFailedRequestsLevel ? findings_.add(GateVerdict::fail, "perf.failed_requests", subject_of(key), what)
                              : findings_.warn("perf.failed_requests", subject_of(key), what);
  }

  void compare_metric(const Key& key, const std::string& metric, std::vector<double> a, std::vector<double> b) {
    const GateOptions& options = findings_.options;
    BlockLimits limits = limits_of(metric);
    if (!findings_.result.interleaved) limits.delta = std::max(limits.delta, kHistoricalDelta);
    limits.delta = std::max(limits.delta, 3 * options.session_sd);
    const BlockDecision decision = decide_blocks(a, b, more_is_better(metric), limits);
    PerformanceComparison one;
    one.model = key.model;
    one.placement = key.placement;
    one.workload = key.workload;
    one.metric = metric;
    one.concurrency = key.concurrency;
    one.primary = is_primary(key.workload, one.metric);
    one.baseline = std::move(a);
    one.candidate = std::move(b);
    one.verdict = decision.verdict;
    one.stage = decision.stage;
    one.ratio = decision.ratio;
    one.lower = decision.lower;
    one.upper = decision.upper;
    one.threshold = 1 + limits.delta;
    one.detectable = decision.detectable;
    one.p = decision.p;
    one.why = decision.why;
    if (!findings_.result.interleaved && one.verdict == GateVerdict::fail) {
      one.verdict = GateVerdict::inconclusive;
      one.why += "; the runs were not interleaved, so the days may differ and not the builds: gate --interleave tells";
    }
    findings_.result.performance.push_back(std::move(one));
  }

  bool is_primary(const std::string& workload, const std::string& metric) const {
    if (workload.starts_with(kShortAnswers) && metric == "generation_tps") return false;
    const auto& chosen = findings_.options.primary;
    return chosen.empty() ? is_primary_unless_chosen(metric)
                          : std::find(chosen.begin(), chosen.end(), metric) != chosen.end();
  }

  // With many comparisons the luckiest of them looks bad by chance.
  void correct_for_many() {
    std::vector<double> p;
    for (const PerformanceComparison& one : findings_.result.performance) {
      if (one.primary) p.push_back(one.stage == 2 ? one.p : 1);
    }
    if (p.size() < kHolmFrom) return;
    const std::vector<bool> believed = exo_harness::measure::holm(p, kHolmLevel);
    std::size_t at = 0;
    for (PerformanceComparison& one : findings_.result.performance) {
      if (!one.primary || believed[at++] || one.verdict != GateVerdict::fail) continue;
      one.verdict = GateVerdict::inconclusive;
      one.why += format("; of {} comparisons one looks so by chance (Holm)", p.size());
    }
  }

  void tell(const PerformanceComparison& one) {
    const std::string subject = subject_of(one) + " " + one.metric;
    if (one.primary) findings_.result.detectable = std::max(findings_.result.detectable, one.detectable);
    if (one.verdict == GateVerdict::pass) return;
    if (one.primary && one.stage == 0) {
      too_few_.try_emplace(one.why, kTooFewNamed).first->second.add(subject);
    } else if (one.primary) {
      findings_.add(one.verdict, "perf.block", subject, one.why);
    } else if (one.verdict == GateVerdict::fail) {
      findings_.warn("perf.advisory", subject, one.why);
    }
  }

  // One reason for all that lack the same: thirty of them would hide what else there is.
  void tell_of_too_few_blocks() {
    for (const auto& [why, subjects] : too_few_) {
      findings_.add(GateVerdict::inconclusive, "perf.too_few_blocks", exo_harness::join(subjects.list(), "; "),
                    why + "; measure more: `gate --interleave`, or `run --repeat`");
    }
  }

  void tell_of_allowed_differences() {
    for (const ManifestDifference& d : findings_.result.differences) {
      if (d.allowed.empty() || d.kind != ManifestClass::hard) continue;
      findings_.add(GateVerdict::inconclusive, "perf.allowed_diff", d.key,
                    "it differs and was allowed: speeds of both sides are not of the same conditions");
    }
  }

  Blocks before_, now_;
  std::map<std::string, exo_harness::Few> too_few_;  // Primary metrics by what they lack.
  GateFindings& findings_;
};

}  // namespace

bool is_interleaved(const GateSide& baseline, const GateSide& candidate) {
  constexpr std::size_t kMostInARow = 2;
  std::vector<std::pair<std::string, bool>> starts;
  for (const GateRun& run : baseline.runs) starts.emplace_back(run.record.started_utc, false);
  for (const GateRun& run : candidate.runs) starts.emplace_back(run.record.started_utc, true);
  std::sort(starts.begin(), starts.end());
  std::size_t in_a_row = 0, most = 0;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    in_a_row = i > 0 && starts[i].second == starts[i - 1].second ? in_a_row + 1 : 1;
    most = std::max(most, in_a_row);
  }
  return std::min(baseline.runs.size(), candidate.runs.size()) >= kStageOneBlocks && most <= kMostInARow;
}

void compare_performance(const GateSide& baseline, const GateSide& candidate, GateFindings& findings) {
  PerformanceGate(baseline, candidate, findings).run();
}

}  // namespace exo_reports

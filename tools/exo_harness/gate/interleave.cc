#include "gate/interleave.h"

#include <algorithm>
#include <cstdint>

#include "exo_harness/core/text.h"

#include "app/suite_plan.h"

namespace exo_harness::tools {
namespace {

using exo_reports::GateSide;
using exo_reports::GateVerdict;

constexpr std::size_t kFirstLook = 5, kReruns = 10, kMostTries = 2;

class Interleaver {
 public:
  Interleaver(const RunTurn& run, const InterleavePlan& plan, const exo_reports::GateOptions& rules)
      : run_(run), plan_(plan), rules_(rules) {}

  Interleaved run() {
    // Blocks that are not valid are measured again, as far as that leads somewhere.
    for (std::size_t index = 0; index < 2 * kMostTries * plan_.most_blocks; ++index) {
      take(block_turn(index));
      if (index % 2 == 1 && is_decided((index + 1) / 2)) break;
    }
    rerun_suspects();
    return std::move(seen_);
  }

 private:
  Turn block_turn(std::size_t index) const {
    Turn turn{is_candidates_turn(index), {kPerformance}, ""};
    if (index < 2 * plan_.rounds) turn.suites.insert(turn.suites.end(), plan_.suites.begin(), plan_.suites.end());
    return turn;
  }

  void take(const Turn& turn) { (turn.is_candidate ? seen_.candidate : seen_.baseline).runs.push_back(run_(turn)); }

  void ask() { seen_.result = exo_reports::gate(seen_.baseline, seen_.candidate, rules_); }

  // Of what may fail the gate, the least that was measured.
  std::size_t valid_blocks() const {
    std::size_t least = SIZE_MAX;
    for (const auto& one : seen_.result.performance) {
      if (one.primary) least = std::min({least, one.baseline.size(), one.candidate.size()});
    }
    return least == SIZE_MAX ? 0 : least;
  }

  bool is_decided(std::size_t turns) {
    ask();
    if (seen_.result.verdict == GateVerdict::incomparable) return true;
    const std::size_t blocks = valid_blocks();
    if (turns >= plan_.most_blocks && (blocks == 0 || blocks >= plan_.most_blocks)) return true;
    if (blocks < kFirstLook || seen_.result.verdict == GateVerdict::inconclusive) return false;
    // A slowdown that is seen needs its second stage; whatever else fails is told already.
    return std::none_of(seen_.result.performance.begin(), seen_.result.performance.end(),
                        [](const auto& one) { return one.primary && one.verdict == GateVerdict::inconclusive; });
  }

  // Suite → the tests of it whose failures have to be told from chance.
  std::map<std::string, std::vector<std::string>> suspects() const {
    std::map<std::string, std::vector<std::string>> found;
    for (const auto& test : seen_.result.tests) {
      if (test.outcome == "flaky_suspect" || test.outcome == "known_flake" ||
          (test.outcome == "new_failure" && test.candidate_runs < 3)) {
        found[test.suite].push_back(test.name);
      }
    }
    return found;
  }

  void rerun_suspects() {
    const bool is_storm = std::any_of(seen_.result.reasons.begin(), seen_.result.reasons.end(),
                                      [](const auto& reason) { return reason.rule == "test.storm"; });
    const auto found = suspects();
    if (found.empty() || is_storm || seen_.result.verdict == GateVerdict::incomparable) return;
    for (const auto& [suite, tests] : found) {
      for (std::size_t index = 0; index < 2 * kReruns; ++index) {
        take({is_candidates_turn(index), {suite}, join(tests, ":")});
      }
    }
    ask();
  }

  const RunTurn& run_;
  const InterleavePlan& plan_;
  const exo_reports::GateOptions& rules_;
  Interleaved seen_;
};

}  // namespace

bool is_candidates_turn(std::size_t index) {
  return index % 4 == 1 || index % 4 == 2;
}

Interleaved interleave(const RunTurn& run, const InterleavePlan& plan, const exo_reports::GateOptions& rules) {
  return Interleaver(run, plan, rules).run();
}

}  // namespace exo_harness::tools

#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "exo_reports/gate.h"

#include "gate/gate_options.h"

namespace exo_harness::tools {

/// Both builds, one block after the other, in turns.
struct Interleaved {
  exo_reports::GateSide baseline, candidate;
  exo_reports::GateResult result;
};

/// What one turn runs: on which cluster, which suites and tests of them, how often.
struct Turn {
  bool is_candidate = false;
  std::vector<std::string> suites;
  std::string filter;  ///< Of GoogleTest; empty: all.
};
/// What `interleave` runs: `suites` beside `performance` in the first `rounds` runs of each side, so that what fails at
/// times has its chance; at most so many blocks a side.
struct InterleavePlan {
  std::vector<std::string> suites;
  std::size_t rounds = 5, most_blocks = 10;
};
using RunTurn = std::function<exo_reports::GateRun(const Turn& turn)>;

/// Whose block number `index` is: A B B A A B B A …, so that a drift of the machines weighs on both alike.
bool is_candidates_turn(std::size_t index);

/// Runs blocks, and the suites of the plan, on both builds in turns, and asks the gate after each round from the fifth
/// block a side on; ends as soon as it passes or fails, at the latest after `most_blocks` valid ones a side (or twice
/// as many turns), and at once when the builds cannot be compared. Tests that failed at times are run ten times more on
/// each build, in turns, before the last answer, unless so much fails that reruns would say nothing.
Interleaved interleave(const RunTurn& run, const InterleavePlan& plan, const exo_reports::GateOptions& rules);

/// Brings up the clusters `options.runs` names (specs or files) in turn, each block in a run of its own.
/// Fails: as `exo-harness run`.
Interleaved interleave_clusters(const GateCommandOptions& options, const exo_reports::GateOptions& rules);

}  // namespace exo_harness::tools

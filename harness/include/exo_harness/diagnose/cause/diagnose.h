#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/diagnose/cause/case_file.h"
#include "exo_harness/diagnose/cause/diagnosis.h"
#include "exo_harness/diagnose/signature/signature.h"

namespace exo_harness::diagnose {

/// Why something failed. A pure function: the same case gives the same diagnosis.
///
/// A cause wins over an echo, the rank that failed first over the others, and benign texts never win. What no signature
/// explains is `unknown`, with phase, limit, the last state of each rank and the last lines; never the nearest guess.
/// A case where nothing failed gives the verdict `passed`.
Diagnosis diagnose(const CaseFile& file, const SignatureBook& book);

/// The last state of one rank, from the history.
struct RankState {
  int rank = -1;
  std::string node, runner, state;  ///< `state`: `RunnerConnecting`, the last before it went; empty: never there.
  bool gone = false;                ///< Exo deleted its instance.
};
std::vector<RankState> last_states(const CaseFile& file);

/// Which ranks passed the point where a phase hangs, and which did not: `rank 0 RunnerConnecting (did not pass), …`.
std::string human_ranks(const std::vector<RankState>& ranks, std::optional<Phase> phase);

/// The phase that a runner in this state is in: `connect` for `RunnerConnecting`. Nothing: none.
std::optional<Phase> phase_of_runner_state(std::string_view tag);

/// The diagnosis as a few lines for a terminal: verdict, cause, remedy, evidence.
std::string humanize(const Diagnosis& diagnosis);

}  // namespace exo_harness::diagnose

#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "exo_harness/core/phase.h"
#include "exo_harness/exo/state.h"

namespace exo_harness::exo {

/// A runner that failed, kept because Exo overwrites its text within two seconds.
struct RunnerFailure {
  std::string runner_id, node_id, instance_id;
  int rank = -1;
  Phase phase = Phase::place;  ///< What its instance was doing; `place` where nobody knew.
  std::string text;            ///< Its error, then what else it said, a line each.
};

/// Follows the runners of an instance through samples of `/state` and keeps each failure once, the first 1000.
///
/// Exo restarts a failed runner, up to five times, under the same id (contract 11). A sample may be missed at any
/// point. Threads: one at a time.
class RunnerFailures {
 public:
  /// Takes the next sample, in which the instance is in `phase`. Result: how many failures are new; they stand last in
  /// `all`.
  std::size_t see(const State& state, const Instance& instance, Phase phase = Phase::place);

  const std::vector<RunnerFailure>& all() const { return all_; }
  /// How often one failed while no other was failed: beyond 1, runners that were restarted failed too.
  int rounds() const { return rounds_; }
  /// Whether one runner failed, was restarted, and failed again.
  bool any_twice() const;

 private:
  std::vector<RunnerFailure> all_;
  std::set<std::string> failed_now_;     // Runners.
  std::map<std::string, int> failures_;  // By runner.
  int rounds_ = 0;
};

}  // namespace exo_harness::exo

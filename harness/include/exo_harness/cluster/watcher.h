#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/cluster/instance_sightings.h"
#include "exo_harness/core/deadline.h"
#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/runner_failures.h"
#include "exo_harness/exo/state.h"

namespace exo_harness::journal {
class Journal;
}

namespace exo_harness::cluster {

/// How often to look. A sample costs the node 20–30 ms of CPU (contract 1), so the pause grows with what a sample
/// costs.
struct WatchPace {
  milliseconds fast{80};      ///< Between two samples while something moves.
  milliseconds slow{1000};    ///< When nothing moves.
  double share = 0.2;         ///< At most this part of the node's time goes into samples.
  milliseconds lively{2000};  ///< So long after a change or `hurry` something counts as moving.
};

/// The pause after a sample that took `cost`, `since_change` after the last change, when the last pause was `last`.
milliseconds next_pause(const WatchPace& pace, milliseconds cost, milliseconds since_change, milliseconds last);

/// One look at `/state`.
struct Sample {
  std::int64_t number = -1;  ///< Counts from 0.
  std::optional<exo::State> state;
  std::optional<Failure> failure;  ///< Why there is no state.
};

/// What watching cost the node.
struct WatchCost {
  std::int64_t samples = 0;
  std::chrono::nanoseconds in_samples{0};  ///< Time inside requests: an upper bound of the node's CPU time.
  std::chrono::nanoseconds watched{0};
  milliseconds longest_gap_when_lively{0};
};

/// A thread that samples `/state` of one node and journals every change, from its making to its end.
/// Threads: any may call. `journal` must live longer.
class Watcher {
 public:
  Watcher(std::string api, journal::Journal& journal, WatchPace pace = {});
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  /// While one lives no sample is taken, so that what is measured meanwhile is not disturbed; what changes meanwhile is
  /// seen by the first sample after it. The watcher must live longer.
  class Rest {
   public:
    explicit Rest(Watcher& watcher);
    ~Rest();
    Rest(const Rest&) = delete;
    Rest& operator=(const Rest&) = delete;

   private:
    Watcher& watcher_;
  };

  /// Something is about to happen: sample fast from now on.
  void hurry();
  /// The first sample that began after this call. Fails: timed_out, or what the sample failed with.
  Outcome<exo::State> fresh(Deadline deadline);
  /// The first sample with a number above `number`; nothing before the deadline. Its failure is inside.
  std::optional<Sample> after(std::int64_t number, Deadline deadline);
  /// Shows the last state to `see`, if it came after sample `number`. Result: the number of the last sample.
  std::int64_t look(std::int64_t number, const std::function<void(const exo::State&)>& see) const;
  /// Runners that failed since the watcher began, oldest first, at most 1000. Their phase is not known.
  std::vector<exo::RunnerFailure> failed_runners() const;
  /// Which instances the samples showed, whoever made them. Who looks at `/state` himself may add what he saw.
  InstanceSightings& sightings();
  WatchCost cost() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace exo_harness::cluster

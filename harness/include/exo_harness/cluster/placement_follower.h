#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "exo_harness/core/outcome.h"
#include "exo_harness/core/phase.h"
#include "exo_harness/exo/mode.h"
#include "exo_harness/exo/rank_progress.h"
#include "exo_harness/exo/runner_failures.h"
#include "exo_harness/exo/state.h"

namespace exo_harness::cluster {

using exo::kReady;

/// Follows one placement through samples of `/state`. Pure: no I/O, no clock.
///
/// Exo restarts a failed runner, up to five times (contract 11). A first failure is noted; when a runner fails again
/// after its restart, the placement has failed. A sample may be missed at any point: no short state need be seen.
class PlacementFollower {
 public:
  /// `known`: ids of the instances that were there before.
  PlacementFollower(std::string model_id, exo::Mode asked, std::set<std::string> known);

  /// Takes the next sample.
  void see(const exo::State& state);

  Phase phase() const { return phase_; }
  /// Set as soon as it is certain that it will not become ready as asked; `what` begins with the phase.
  const std::optional<Failure>& failure() const { return failure_; }
  /// The instance; nothing before it shows.
  const std::optional<exo::Instance>& instance() const { return instance_; }
  const std::optional<exo::Mode>& proven() const { return proven_; }
  /// Instances of the model that came at once where one was asked for: which of them it is stays unknown.
  const std::vector<std::string>& rivals() const { return rivals_; }
  /// Failures that were seen; several when Exo tried again.
  const std::vector<exo::RunnerFailure>& runner_failures() const { return runners_.all(); }
  int restarts() const { return runners_.rounds(); }
  /// The last state of each rank, a line each: what to say of a hang.
  std::string describe_ranks() const;

 private:
  void find_instance(const exo::State& state);
  void prove_mode();
  void note_failures(const exo::State& state);
  Phase reached(const exo::State& state) const;
  void advance(const exo::State& state);
  void fail(FailureKind kind, std::string what);

  std::string model_id_;
  exo::Mode asked_;
  std::set<std::string> known_;
  Phase phase_ = Phase::place;
  std::optional<Failure> failure_;
  std::optional<exo::Instance> instance_;
  std::vector<std::string> rivals_;
  std::optional<exo::Mode> proven_;
  exo::RunnerFailures runners_;
  std::vector<std::string> rank_lines_;
};

}  // namespace exo_harness::cluster

#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "exo_harness/core/outcome.h"
#include "exo_harness/core/phase.h"
#include "exo_harness/exo/mode.h"
#include "exo_harness/exo/state.h"

namespace exo_harness::cluster {

/// Every rank is ready: what comes next is a first token.
inline constexpr Phase kReady = Phase::first_token;

/// A runner that failed while an instance was placed, kept because Exo deletes the text within two seconds.
struct RunnerFailure {
  std::string runner_id, node_id;
  int rank = -1;
  Phase phase = Phase::place;  ///< What the instance was doing.
  std::string text;
};

/// Follows one placement through samples of `/state`. Pure: it asks nobody and knows no time.
///
/// Exo starts a failed runner anew, up to five times (contract 11). A first failure is noted; when a runner fails again
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
  /// Instances of the model that came at once where one was asked for: nobody can say which of them it is.
  const std::vector<std::string>& rivals() const { return rivals_; }
  /// Failures that were seen; several when Exo tried again.
  const std::vector<RunnerFailure>& runner_failures() const { return failures_; }
  int restarts() const { return restarts_; }
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
  std::vector<RunnerFailure> failures_;
  std::set<std::string> failed_now_;  ///< Runners that the last sample showed as failed.
  std::set<int> failed_ranks_;        ///< Ranks that failed in any round.
  std::vector<std::string> rank_lines_;
  int restarts_ = 0;
};

}  // namespace exo_harness::cluster

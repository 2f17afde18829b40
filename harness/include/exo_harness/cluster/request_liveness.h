#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/runner_failures.h"
#include "exo_harness/exo/state.h"

namespace exo_harness::cluster {

/// Whether a request of a model can still be answered, as far as `/state` tells since it was sent. Exo keeps a client
/// waiting some 10 s for a node that is gone, and forever behind a runner that fails, is started again and fails of
/// the same request (contract 11).
class RequestLiveness {
 public:
  /// So long no instance must be left that could answer: Exo may end the request by itself within it.
  static constexpr milliseconds kGrace{2000};

  explicit RequestLiveness(std::string model_id) : model_id_(std::move(model_id)) {}

  void see(const exo::State& state, Clock::time_point now);
  /// Nothing while an answer may come, and when no instance of the model was ever seen. Else `vanished` with the node
  /// that left or the instance that was deleted, or `exited` when runners failed: twice, or until Exo deleted it.
  std::optional<Failure> why_lost(Clock::time_point now) const;

 private:
  std::string model_id_;
  std::set<std::string> known_nodes_, missing_;          ///< Of instances of the model; those of them that left.
  std::map<std::string, exo::RunnerFailures> failures_;  ///< By instance.
  bool failed_again_ = false;
  std::string failed_;  ///< What the last runner that failed said.
  std::optional<Clock::time_point> lost_since_;
};

}  // namespace exo_harness::cluster

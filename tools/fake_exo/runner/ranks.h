#pragma once

#include <set>
#include <string>

#include "world/state.h"

namespace exo_harness::fake {

/// What the runners of one instance say, as this node knows them. A runner that has said nothing is in no state.
class Ranks {
 public:
  /// Both must outlive it.
  Ranks(const State& state, const Json& instance) : state_(state), instance_(instance) {}

  /// Whether each runner is in one of these states, by tag (`RunnerConnected`).
  bool all_are(const std::set<std::string>& tags) const;
  bool any_is(const std::string& tag) const;
  /// Whether each has loaded all of its layers.
  bool all_have_loaded() const;

 private:
  template <class Holds>
  bool all_of(Holds holds) const;

  const State& state_;
  const Json& instance_;
};

}  // namespace exo_harness::fake

#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/core/clock.h"
#include "exo_harness/exo/state.h"

namespace exo_harness::cluster {

/// When which instances may have been there, as far as looks at `/state` tell. Threads: any.
class InstanceSightings {
 public:
  /// A look that was asked for at `asked` and has just been answered.
  void see(const exo::State& state, Clock::time_point asked, Clock::time_point answered = Clock::now());
  /// Instances that were seen, and that no look which ended before `since` showed to be gone: what is not known to be
  /// gone may still have answered. Of the last 1000.
  std::vector<exo::Instance> maybe_since(Clock::time_point since) const;

 private:
  struct Seen {
    exo::Instance instance;
    Clock::time_point last;                 // Answer of the last look that showed it.
    std::optional<Clock::time_point> gone;  // Answer of the first look after it that did not show it.
  };
  void forget_the_oldest();

  mutable std::mutex mutex_;
  std::map<std::string, Seen> seen_;  // By instance id.
};

}  // namespace exo_harness::cluster

#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

#include "exo_harness/core/clock.h"

namespace exo_harness {

/// A point in time until which something must have happened. Passed down, never restarted per step.
class Deadline {
 public:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  static Deadline after(Clock::duration d) { return Deadline(Clock::now() + d); }

  Clock::time_point at() const { return at_; }
  bool expired() const { return Clock::now() >= at_; }
  /// Time left; zero when expired.
  milliseconds remaining() const {
    return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(at_ - Clock::now()));
  }
  /// The earlier of this and `d` from now: the deadline of a step inside a longer one.
  Deadline within(Clock::duration d) const { return Deadline(std::min(at_, Clock::now() + d)); }

 private:
  Clock::time_point at_;
};

/// Calls `condition` until it returns true or the deadline is over; looks once more at the end.
/// `pause` is the time between two looks. Returns whether the condition came true.
template <class Condition>
bool wait_until(Deadline deadline, milliseconds pause, Condition condition) {
  while (true) {
    if (condition()) return true;
    if (deadline.expired()) return false;
    std::this_thread::sleep_for(std::min<Clock::duration>(pause, deadline.remaining() + milliseconds(1)));
  }
}

}  // namespace exo_harness

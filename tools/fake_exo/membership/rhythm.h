#pragma once

#include <chrono>

namespace exo_harness::fake {

/// Whether this process itself had no time: who was not there cannot say that others are silent.
class Rhythm {
 public:
  using Clock = std::chrono::steady_clock;

  /// The next beat is to come after `period`.
  void next(std::chrono::milliseconds period) { due_ = Clock::now() + period; }
  /// Whether the present beat comes much later than it was to.
  bool is_late() const { return due_ != Clock::time_point() && Clock::now() - due_ > std::chrono::milliseconds(300); }

 private:
  Clock::time_point due_;
};

}  // namespace exo_harness::fake

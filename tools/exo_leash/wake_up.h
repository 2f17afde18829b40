#pragma once

#include "exo_harness/core/file.h"

namespace exo_leash {

/// Turns signals into a readable descriptor. SIGCHLD wakes the supervisor; SIGTERM is noted, and counts only once the
/// cluster is kept up without a harness; all else that a terminal or a careless `kill` may send is ignored.
/// One a process.
class WakeUp {
 public:
  WakeUp();
  int fd() const { return read_end_.get(); }
  /// Empties the descriptor.
  void clear();
  /// Whether SIGTERM has come since the start.
  bool asked_to_end() const;

 private:
  exo_harness::UniqueFd read_end_;
};

}  // namespace exo_leash

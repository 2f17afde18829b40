#pragma once

#include "exo_harness/core/deadline.h"

namespace exo_harness::process {

/// SIGINT, SIGTERM and SIGHUP as something to ask for and to wait on. The first asks for an orderly stop, the second
/// for a fast one; the third ends the program at once, and the supervisor cleans up behind it.
///
/// Installed once, by a program's main; a suite binary does not need it. Threads: any.
class Interrupts {
 public:
  /// Takes the three signals over. Calling it again changes nothing.
  static Interrupts& install();

  /// How many have come.
  int count() const;
  /// The last one; 0: none.
  int last_signal() const;
  /// Readable once one has come; stays so. For poll.
  int fd() const;
  /// Waits for the next one after those counted in `seen`. Result: whether it came.
  bool wait(int seen, Deadline deadline) const;

 private:
  Interrupts();
};

}  // namespace exo_harness::process

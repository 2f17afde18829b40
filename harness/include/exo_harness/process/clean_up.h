#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "exo_harness/process/marks.h"

namespace exo_harness::process {

/// How a clean-up went.
struct CleanUp {
  int targets = 0;     ///< Processes that were there when it began, or came while it went on.
  int terminated = 0;  ///< Ended by SIGTERM or by themselves.
  int killed = 0;      ///< Needed SIGKILL.
  bool escalated = false;
  std::chrono::milliseconds took{0};
  std::vector<std::string> survivors;  ///< `pid state command`; not empty turns the run red.
  std::string reason;  ///< `asked`, `harness gone`, `harness silent`, `time limit`, `leash lost`, `swept`.
};

/// How to end marked processes.
struct EndOptions {
  std::chrono::milliseconds grace{30000};  ///< 0: SIGKILL at once.
  std::chrono::milliseconds kill_limit{10000};
  std::function<void()> tick;                                ///< Called on each round: reaps, reads commands.
  std::function<void(std::chrono::milliseconds)> rest;       ///< Called to let time pass; empty: sleeps.
  std::function<bool()> hurry;                               ///< True: the rest of the grace is forgone.
  std::function<void(ProcessId, int signal)> before_signal;  ///< To record the intent.
  std::function<void(int live)> progress;                    ///< About twice a second.
};

/// Ends every process that carries a mark: SIGTERM to the roots and to whoever becomes one; after a third of the grace
/// to all; at its end SIGSTOP, look again and SIGKILL until two looks in a row find nothing. Signals strangers never:
/// each is sent to a pid whose start time was checked. Threads: one at a time.
CleanUp end_marked(const Marks& marks, const EndOptions& options);

}  // namespace exo_harness::process

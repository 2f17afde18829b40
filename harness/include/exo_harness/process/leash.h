#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/outcome.h"

namespace exo_harness::process {

/// How to start something under the supervisor, `exo-leash`.
struct LeashOptions {
  std::filesystem::path leash;          ///< The exo-leash binary.
  std::filesystem::path run_folder;     ///< Holds `start.log`, the file mark and the leash's own record.
  std::string run_id;                   ///< Exported as EXO_HARNESS_RUN_ID: the environment mark.
  std::vector<std::string> command;     ///< The start script and its arguments.
  std::vector<std::string> stop_command;  ///< The stop script; empty: SIGTERM does it.
  std::map<std::string, std::string> environment;  ///< On top of ours.
  std::chrono::milliseconds grace{30000};
  std::chrono::milliseconds heartbeat_limit{60000};  ///< A harness silent for so long counts as dead.
  std::optional<std::chrono::milliseconds> hard_limit;
};

/// What the supervisor saw of the start script.
struct ScriptStatus {
  bool running = true;      ///< The script itself, not what it started.
  int exit_code = 0;        ///< When it exited.
  int signal = 0;           ///< When a signal ended it.
  int live_processes = 0;   ///< Marked processes still there, the script included.
};

/// How the clean-up went.
struct CleanUp {
  int targets = 0;        ///< Processes that were there when it began.
  int terminated = 0;     ///< Ended by SIGTERM or by themselves.
  int killed = 0;         ///< Needed SIGKILL.
  bool escalated = false;
  std::chrono::milliseconds took{0};
  std::vector<std::string> survivors;  ///< `pid state command`; not empty turns the run red.
};

/// A start script running under `exo-leash`: whatever dies, what it started is ended.
/// Threads: one at a time. The destructor stops what is left.
class Leash {
 public:
  /// Starts the supervisor, waits for its READY, then lets it start the command. Fails: HarnessError for a command that
  /// is missing or not executable, or a leash that does not answer; nothing is left behind.
  static Leash start(const LeashOptions& options);
  Leash(Leash&&) noexcept;
  Leash& operator=(Leash&&) noexcept;
  ~Leash();

  ScriptStatus status();
  pid_t leash_pid() const;
  /// pids of the processes that carry our marks, now.
  std::vector<pid_t> marked_processes() const;
  /// Tells the supervisor that we live; also done by a thread of its own while the object lives.
  void beat();
  /// Orderly stop: stop script or SIGTERM, grace, SIGKILL. `fast`: grace of 0.
  CleanUp stop(bool fast = false);
  /// Leaves the cluster up on purpose, the supervisor detached. Result: what to type to end it.
  std::string keep_up();

 private:
  struct Impl;
  explicit Leash(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace exo_harness::process

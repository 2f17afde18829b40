#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "exo_harness/process/clean_up.h"

namespace exo_harness::process {

/// How to start something under the supervisor, `exo-leash`.
struct SupervisorOptions {
  std::filesystem::path program;  ///< The exo-leash binary.
  std::filesystem::path
      run_folder;      ///< Gets `start.log`, `stop.log`, and the supervisor's own record; made if missing.
  std::string run_id;  ///< Exported as EXO_HARNESS_RUN_ID: the environment mark.
  std::vector<std::string> command;                ///< The start script and its arguments.
  std::vector<std::string> stop_command;           ///< The stop script; empty: SIGTERM does it.
  std::map<std::string, std::string> environment;  ///< On top of ours.
  std::string cluster_key;  ///< What only one harness at a time may run; empty: the path of the start script.
  std::chrono::milliseconds grace{30000};
  std::chrono::milliseconds orphan_grace{10000};     ///< When the harness died.
  std::chrono::milliseconds heartbeat_limit{60000};  ///< A harness silent for so long counts as dead.
  std::chrono::milliseconds stop_limit{30000};       ///< Of the stop script.
  std::optional<std::chrono::milliseconds> hard_limit;
  bool adopt_orphans = true;  ///< False: go without, as where the system cannot (macOS).
};

/// What the supervisor saw of the start script.
struct ScriptStatus {
  bool running = true;              ///< The script itself, not what it started.
  int exit_code = 0;                ///< When it exited.
  int signal = 0;                   ///< When a signal ended it.
  int live_processes = 0;           ///< Marked processes still there, the script included.
  bool supervisor_lost = false;     ///< The supervisor was killed; we have ended what it guarded.
  std::optional<CleanUp> clean_up;  ///< Set once everything was ended, whoever asked for it.
};

/// How an orderly stop may be watched and cut short.
struct StopOptions {
  bool fast = false;                       ///< SIGKILL at once.
  std::function<bool()> hurry;             ///< Asked about ten times a second; true: as `fast` from now on.
  std::function<void(int live)> progress;  ///< Processes that still live, about twice a second.
};

/// A start script running under `exo-leash`: whatever dies, what it started is ended.
/// Threads: one at a time. The destructor stops what is left.
class SupervisedScript {
 public:
  /// Starts the supervisor, waits for its READY, then lets it start the command. Fails: HarnessError for a command that
  /// is missing or not executable, a cluster that another harness runs, or a supervisor that does not answer; nothing
  /// is left behind.
  static SupervisedScript start(const SupervisorOptions& options);
  SupervisedScript(SupervisedScript&&) noexcept;
  SupervisedScript& operator=(SupervisedScript&&) noexcept;
  ~SupervisedScript();

  ScriptStatus status();
  /// How everything was ended; empty while it was not. The part of `status` that costs nothing.
  std::optional<CleanUp> over();
  pid_t supervisor_pid() const;
  /// The start script itself; it may have ended.
  pid_t script_pid() const;
  /// pids of the processes that carry our marks, now.
  std::vector<pid_t> marked_processes() const;
  /// Tells the supervisor that we live; also done by a thread of its own while the object lives.
  void beat();
  /// Orderly stop: stop script or SIGTERM, grace, SIGKILL. `fast`: grace of 0. A second call returns the first result.
  CleanUp stop(bool fast = false);
  CleanUp stop(const StopOptions& options);
  /// Leaves the cluster up on purpose, the supervisor with it. Result: what to type to end it.
  std::string keep_up();

 private:
  struct Impl;
  explicit SupervisedScript(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Ends a cluster that was kept up, through its supervisor. Empty when there is none in that run folder.
/// `options.fast` and `hurry` send SIGKILL to what is marked.
std::optional<CleanUp> stop_kept_up(const std::filesystem::path& run_folder, const StopOptions& options = {});

}  // namespace exo_harness::process

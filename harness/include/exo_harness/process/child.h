#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/file.h"

namespace exo_harness::process {

/// A command of our own: a suite binary, `ssh`, `ibv_devices`. A start script is for SupervisedScript.
struct CommandOptions {
  std::vector<std::string> command;                ///< The program is looked up in PATH when it has no slash.
  std::map<std::string, std::string> environment;  ///< On top of ours; an empty value takes the variable away.
  std::filesystem::path working_folder;            ///< Empty: ours.
  std::filesystem::path output;            ///< Both streams are appended to it. Empty: captured, see `Child::output`.
  std::uint64_t output_limit = 64u << 20;  ///< A command that writes more is ended.
};

/// How a command ended. `signal` not 0: it ended the process, and `code` says nothing.
struct ExitStatus {
  int code = 0;
  int signal = 0;
  bool timed_out = false;  ///< We ended it at its deadline.
  bool flooded = false;    ///< We ended it at its output limit.
  bool ok() const { return code == 0 && signal == 0 && !timed_out && !flooded; }
};

/// `exit code 3`, `killed by signal 11 (Segmentation fault)`, `did not end in time`.
std::string to_string(const ExitStatus& status);

/// A running command in a process group of its own. When it ends, what it left in its group is ended, too; on Linux it
/// dies with us. Threads: one at a time. The destructor ends it with SIGKILL.
class Child {
 public:
  /// Fails: HarnessError when it is missing or cannot be executed; nothing is left behind.
  static Child start(const CommandOptions& options);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();

  pid_t pid() const { return pid_; }
  /// How it ended; empty while it runs.
  std::optional<ExitStatus> poll();
  /// Waits until it has ended or the deadline is over; ends nothing.
  std::optional<ExitStatus> wait(Deadline deadline);
  /// Sends a signal to the whole group.
  void signal_group(int signal);
  /// SIGTERM to the group; after `grace`, SIGKILL. Result: how it ended.
  ExitStatus end(std::chrono::milliseconds grace);
  /// What it wrote, when it is captured: at most the last `limit` bytes.
  std::string output(std::size_t limit = 1u << 20) const;

 private:
  friend class CapturedRun;  // Reads the streams itself.
  Child() = default;
  static Child start_into(const CommandOptions& options, int output, int errors);
  void reap();

  pid_t pid_ = 0;  ///< 0: reaped, or moved away.
  std::optional<ExitStatus> status_;
  UniqueFd output_;
  std::uint64_t output_limit_ = 0, output_begin_ = 0;
  bool flooded_ = false;
};

/// A command that has ended, and what it wrote.
struct CommandResult {
  ExitStatus status;
  std::string output;  ///< Both streams, or standard output alone; its last bytes, see `Capture`.
  std::string errors;  ///< Standard error, when it is asked for.
};

/// How `run_command` reads what a command writes, and how it ends one that takes too long.
struct Capture {
  bool separate_errors = false;           ///< Standard error is kept in `CommandResult::errors`.
  std::size_t keep = 1u << 20;            ///< How many of its last bytes are kept of a stream.
  std::chrono::milliseconds grace{2000};  ///< From SIGTERM to SIGKILL at the deadline; 0: SIGKILL at once.
};

/// Runs a command to its end, or ends it at the deadline. What it writes is read as it comes, through pipes, so that a
/// full disk takes nothing away; when `options.output` names a file, it goes there and the file's end is the result.
/// Fails: HarnessError when it cannot be started. Threads: any.
CommandResult run_command(const CommandOptions& options, Deadline deadline, const Capture& capture = {});

/// Asks a program of this machine that may be missing, such as `ps` or `rdma_ctl`: both streams apart, at most the last
/// 4 MiB of each, SIGKILL to its group at `limit`. Result: nothing when it is missing or cannot be executed.
std::optional<CommandResult> ask_program(const std::vector<std::string>& command, std::chrono::milliseconds limit);

}  // namespace exo_harness::process

#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace exo_harness::doctor {

/// Whether this machine is a Mac, so that its commands are those of macOS.
#ifdef __APPLE__
inline constexpr bool kIsMac = true;
#else
inline constexpr bool kIsMac = false;
#endif

/// What a command of this machine said.
struct CommandAnswer {
  bool found = true;       ///< False: there is no such program.
  bool timed_out = false;  ///< It was killed at its limit.
  int exit_code = 0;       ///< -1: a signal ended it, or not known.
  std::string out, err;    ///< At most the last 4 MiB of each.
};

/// Runs a command, or plays one from a recording.
using RunCommand = std::function<CommandAnswer(const std::vector<std::string>& command)>;

/// Asks this machine (process::ask_program) with that limit for each command. Never hangs, never throws for what the
/// command does. Threads: any.
RunCommand local_commands(std::chrono::milliseconds limit = std::chrono::seconds(5));

/// Plays what the commands of some machine answered, from a file: a JSON array of `command` [text], `stdout`, `stderr`,
/// `exit_code` (null: not known) and perhaps `timed_out`. A command that is not in it counts as not found.
/// Fails: HarnessError that names the file.
RunCommand recorded_commands(const std::filesystem::path& file);

}  // namespace exo_harness::doctor

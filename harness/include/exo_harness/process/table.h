#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "exo_harness/core/file.h"

namespace exo_harness::process {

/// One process of this boot, forever: a pid is reused, the pair is not.
struct ProcessId {
  pid_t pid = 0;
  std::uint64_t start = 0;  ///< Linux: start time in clock ticks since boot. macOS: microseconds since 1970.
  bool operator==(const ProcessId&) const = default;
  auto operator<=>(const ProcessId&) const = default;
};

/// A process as the system's table shows it.
struct ProcessInfo {
  ProcessId id;
  pid_t parent = 0, group = 0, session = 0;
  uid_t uid = 0;
  char state = '?';  ///< As `ps` spells it; `Z` is a zombie, `T` is stopped.
};

/// Times and state of one process at one moment.
struct ProcessTimes {
  char state = '?';
  std::string command;
  double cpu_seconds = 0;
};

/// A file known by what it is, not by its name.
struct FileMark {
  dev_t device = 0;
  ino_t inode = 0;
  std::filesystem::path path;
};

/// The pids that are taken now. Threads: any, like all of this file.
std::vector<pid_t> all_pids();
/// Every process that may be seen. One after the other: whoever ends meanwhile may be missing. macOS shows no zombies,
/// and to users other than root nobody else's processes: both look like "not there".
std::vector<ProcessInfo> all_processes();
/// The process that has this pid now.
std::optional<ProcessInfo> find_process(pid_t pid);
/// What it does now and the processor time it has used; nothing when it is gone. macOS: asks `ps`.
std::optional<ProcessTimes> times_of(pid_t pid);
/// Whether that very process still runs; a zombie does not.
bool is_alive(ProcessId id);
/// Whether `variable=value` stands in the environment that the process was given. False when it may not be read.
bool has_environment(pid_t pid, const std::string& assignment);
/// The `NAME=value` texts that the process was given. Empty when they may not be read.
std::vector<std::string> environment_of(pid_t pid);
/// Whether the process holds `file` open.
bool holds_file(pid_t pid, const FileMark& file);
/// Its command line, or its name in brackets; for people. At most 200 bytes.
std::string command_of(pid_t pid);
/// Sends a signal to that very process and no other that got its pid since. Never to pid 0 or 1, ourselves or another
/// user's. Result: whether it was sent.
bool send_signal(ProcessId id, int signal);
/// A descriptor that becomes readable when the process ends. Empty when it has ended already.
UniqueFd exit_notice(pid_t pid);
/// From now on orphans among our descendants become our children. Result: whether the system can do that.
bool adopt_orphans();
/// Asks for SIGKILL when our parent dies, and ends the program at once when it has died already.
/// For a child between fork and exec: async-signal-safe. Does nothing on macOS.
void die_with_parent(pid_t parent);
/// Close-on-exec for every descriptor from `first` on. Async-signal-safe.
void close_on_exec_from(int first);
/// Changes with every start of the machine; pids and start times mean something within one boot only.
std::string boot_id();

}  // namespace exo_harness::process

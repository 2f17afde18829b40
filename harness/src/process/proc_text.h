#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/process/table.h"

namespace exo_harness::process {

/// Linux: `/proc/<pid>/stat`. The name in it may hold spaces and parentheses. The uid is not in it.
std::optional<ProcessInfo> parse_stat(std::string_view text);

/// Linux: times and state in the same text; `ticks_per_second` as sysconf(_SC_CLK_TCK) says. Nothing known: state `?`.
ProcessTimes parse_times(std::string_view text, long ticks_per_second);

/// macOS (and Linux): the answer of `ps -o state=,time=,comm= -p PID`. Nothing known: state `?`.
ProcessTimes parse_ps_line(std::string_view text);

/// Linux: a socket that listens.
struct Listener {
  std::string address;  ///< As the kernel writes it: words of the machine's byte order, in hexadecimal.
  std::uint64_t inode = 0;
  bool operator==(const Listener&) const = default;
};
/// Linux: the listening sockets on `port` in the text of `/proc/net/tcp` or `tcp6`.
std::vector<Listener> parse_listeners(std::string_view text, int port);

/// Whether `assignment` is one of the NUL-separated strings of `block`.
bool holds_assignment(std::string_view block, std::string_view assignment);

/// The NUL-separated strings of `block`.
std::vector<std::string> strings_of(std::string_view block);

/// macOS: the environment in the answer of sysctl KERN_PROCARGS2 (argc, path, padding, arguments, environment), as
/// NUL-separated strings. Empty when the kernel left it out, as it does for programs under System Integrity Protection.
std::string_view environment_of_procargs(std::string_view answer);

/// macOS: the arguments in the same answer, with blanks between them.
std::string arguments_of_procargs(std::string_view answer);

}  // namespace exo_harness::process

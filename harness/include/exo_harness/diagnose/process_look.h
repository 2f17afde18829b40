#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "exo_harness/journal/records.h"

namespace exo_harness::diagnose {

/// What a local process was doing when something hung.
struct ProcessLook {
  pid_t pid = 0;
  int rank = -1;
  std::string node, command;
  bool is_runner = true;    ///< Else the process of the node.
  char state = '?';         ///< `R` runs, `S` sleeps, `D` waits for the disk, `T` is stopped, `Z` is dead.
  double cpu_percent = -1;  ///< Over the time looked at, 100 = one core; -1: not known.
  std::string stack;        ///< From py-spy or `sample`; empty when there is none.
  std::string no_stack;     ///< Why there is no stack.
};

/// Times and state of one process at one moment.
struct ProcessTimes {
  char state = '?';
  std::string command;
  double cpu_seconds = 0;
};

/// Reads a line of `/proc/PID/stat`; `ticks_per_second` as sysconf(_SC_CLK_TCK) says. Nothing known: state `?`.
ProcessTimes parse_proc_stat(std::string_view text, long ticks_per_second);
/// Reads the answer of `ps -o state=,time=,comm= -p PID` (macOS and Linux).
ProcessTimes parse_ps_line(std::string_view text);

/// Looks at processes of this machine for `over`, then takes the stacks, all at once, where a tool for it is there:
/// py-spy, on macOS also `sample`. It ends within `over` + 6 s. A process that is gone is left out.
/// Fails: never; what is not known is said in the result.
std::vector<ProcessLook> look_at_processes(const std::vector<pid_t>& pids, std::chrono::milliseconds over);
/// The same of processes of which is known what they are: `pid`, `node`, `rank` and `is_runner` are given.
std::vector<ProcessLook> look_at_processes(std::vector<ProcessLook> processes, std::chrono::milliseconds over);

/// The same of what `cluster::Cluster::local_processes` found, or of anything else with `pid`, `node` and `is_runner`.
template <class Local>
std::vector<ProcessLook> look_at_local_processes(const std::vector<Local>& found, std::chrono::milliseconds over) {
  std::vector<ProcessLook> processes;
  for (const Local& local : found) {
    ProcessLook& look = processes.emplace_back();
    look.pid = local.pid;
    look.node = local.node;
    look.is_runner = local.is_runner;
  }
  return look_at_processes(std::move(processes), over);
}

/// The same as a record of the journal, and back.
journal::ProcessLooked record_of(const ProcessLook& look);
ProcessLook look_of(const journal::ProcessLooked& record);

/// One line for people: `pid 4711 sleeps, 0 % of a core`.
std::string for_people(const ProcessLook& look);

}  // namespace exo_harness::diagnose

#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace exo_harness::process {

/// What a local process was doing when something hung.
struct ProcessSample {
  pid_t pid = 0;
  int rank = -1;
  std::string node, command;
  bool is_runner = true;    ///< Else the process of the node.
  char state = '?';         ///< `R` runs, `S` sleeps, `D` waits for the disk, `T` is stopped, `Z` is dead.
  double cpu_percent = -1;  ///< Over the time looked at, 100 = one core; -1: not known.
  std::string stack;        ///< From py-spy or `sample`; empty when there is none.
  std::string no_stack;     ///< Why there is no stack.
};

/// Looks at processes of this machine for `over`, then takes the stacks, all at once, where a tool for it is there:
/// py-spy, on macOS also `sample`. It ends within `over` + 6 s. A process that is gone is left out.
/// Fails: never; what is not known is said in the result.
std::vector<ProcessSample> sample_processes(const std::vector<pid_t>& pids, std::chrono::milliseconds over);
/// The same of processes of which is known what they are: `pid`, `node`, `rank` and `is_runner` are given.
std::vector<ProcessSample> sample_processes(std::vector<ProcessSample> processes, std::chrono::milliseconds over);

/// The same of what `cluster::Cluster::local_processes` found, or of anything else with `pid`, `node` and `is_runner`.
template <class Local>
std::vector<ProcessSample> sample_local_processes(const std::vector<Local>& found, std::chrono::milliseconds over) {
  std::vector<ProcessSample> processes;
  for (const Local& local : found) {
    ProcessSample& sample = processes.emplace_back();
    sample.pid = local.pid;
    sample.node = local.node;
    sample.is_runner = local.is_runner;
  }
  return sample_processes(std::move(processes), over);
}

/// One line for people: `pid 4711 sleeps, 0 % of a core`.
std::string humanize(const ProcessSample& sample);

}  // namespace exo_harness::process

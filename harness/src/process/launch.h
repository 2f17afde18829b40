#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

#include "exo_harness/core/error.h"

namespace exo_harness::process {

/// A program that is missing, a folder, not executable or not built for this machine.
class CannotStart : public HarnessError {
 public:
  using HarnessError::HarnessError;
};

/// What to start, and what the new process gets.
struct Launch {
  std::filesystem::path program;                   ///< A path; no search.
  std::vector<std::string> arguments;              ///< Without the program.
  std::map<std::string, std::string> environment;  ///< On top of ours; an empty value takes the variable away.
  std::filesystem::path working_folder;            ///< Empty: ours.
  int output = -1;                                 ///< Becomes standard output and error.
  int errors = -1;                                 ///< Becomes standard error instead.
  std::vector<int> inherited;                      ///< Descriptors it gets besides 0, 1 and 2.
  bool own_group = true;
  bool dies_with_us = true;  ///< Linux: SIGKILL when we die.
};

/// Starts it, standard input from /dev/null, default signals. Result: its pid; the caller reaps it.
///
/// All starts happen on one thread that lives as long as we do, one after the other: no descriptor of one start leaks
/// into another, and "dies with us" means the process, not the thread that asked. Fails: CannotStart when it cannot be
/// executed. Threads: any.
pid_t launch(const Launch& plan);

/// pids that `launch` started and that nobody has reaped through `forget` yet.
std::vector<pid_t> launched();
void forget(pid_t pid);

/// The file that `command` names: itself when it holds a slash, else looked up in PATH. Fails: CannotStart when it is
/// missing, a folder or not executable; the text says which.
std::filesystem::path find_program(const std::string& command);

}  // namespace exo_harness::process

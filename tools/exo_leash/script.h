#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace exo_leash {

/// How to start a script.
struct ScriptPlan {
  std::vector<std::string> command;
  std::string run_id;
  int output = -1;  ///< Becomes its standard output and error.
  int mark = -1;    ///< The file mark; inherited under kMarkDescriptor.
};

/// Where scripts find the file mark open.
inline constexpr int kMarkDescriptor = 9;

/// What came of starting one: `pid` 0 and the errno of exec when it could not be.
struct StartedScript {
  pid_t pid = 0;
  int error = 0;
};

/// Starts a script in a session of its own, with both marks, standard input from /dev/null, default signals and, on
/// Linux, SIGKILL at our death. Returns once it has been exec'd, or could not be.
StartedScript start_script(const ScriptPlan& plan);

}  // namespace exo_leash

#pragma once

#include <string>
#include <vector>

namespace exo_harness::tools {

/// Keeps what was typed, for the record of a run. `main` calls it first.
void remember_command_line(int argc, char** argv);
const std::vector<std::string>& command_line();

}  // namespace exo_harness::tools

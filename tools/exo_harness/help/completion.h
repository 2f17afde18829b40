#pragma once

#include <string>

#include "help/command_help.h"

namespace exo_harness::tools {

/// Shell scripts that complete the commands and options of `program`; where an option or a command takes a value, files
/// are offered. They ask nothing of the program.
std::string bash_completion(const CommandHelp& program);
std::string zsh_completion(const CommandHelp& program);
std::string fish_completion(const CommandHelp& program);

}  // namespace exo_harness::tools

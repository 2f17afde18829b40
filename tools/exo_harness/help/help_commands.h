#pragma once

#include "app/command.h"

namespace exo_harness::tools {

/// Registers `exo-harness completion SHELL`.
void add_completion_command(CLI::App& app, int& exit_code);

/// Registers `exo-harness share FOLDER`, hidden: the build writes manual pages and completions with it.
void add_share_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools

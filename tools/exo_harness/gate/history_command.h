#pragma once

#include "app/command.h"

namespace exo_harness::tools {

/// Registers `exo-harness history add|show`: what the runs of a cluster measured, over time.
void add_history_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools

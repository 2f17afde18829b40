#pragma once

#include "app/command.h"

namespace exo_harness::tools {

/// Registers `exo-harness gate A B`: is the candidate at least as good as the baseline?
void add_gate_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools

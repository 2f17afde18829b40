#pragma once

#include "app/command.h"

namespace exo_harness::tools {

/// Registers `exo-harness sweep`: ends what runs left behind whose harness and supervisor were killed together.
void add_sweep_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools

#pragma once

#include "app/command.h"

namespace exo_harness::tools {

/// Registers `exo-harness baseline RUN`: keeps a run as what later ones are compared with.
void add_baseline_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools

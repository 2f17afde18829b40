#pragma once

#include "app/command.h"

namespace exo_harness::tools {

/// Registers `exo-harness down`: ends the cluster that `up` left up.
void add_down_command(CLI::App& app, int& exit_code);

/// Registers `exo-harness status`: whether that cluster is up, and who is in it.
void add_status_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools

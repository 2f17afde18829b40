#pragma once

#include "app/command.h"

namespace exo_harness::tools {

/// Registers `exo-harness up`: brings a cluster up and leaves it up, for use by hand and by CTest fixtures.
void add_up_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools

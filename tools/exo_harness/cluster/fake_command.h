#pragma once

#include "app/command.h"

namespace exo_harness::tools {

/// Registers `exo-harness fake up`: a fake cluster to play with.
void add_fake_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools

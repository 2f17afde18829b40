#pragma once

#include "app/command.h"

namespace exo_harness::tools {

/// Registers `exo-harness signatures list|match FILE|check`.
void add_signatures_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools

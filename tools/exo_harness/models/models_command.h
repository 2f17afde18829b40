#pragma once

#include "app/command.h"

namespace exo_harness::tools {

/// Registers `exo-harness models list|analyze|stage|unstage|check|fetch`.
void add_models_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools

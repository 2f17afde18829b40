#pragma once

#include "app/command.h"

namespace exo_harness::tools {

/// Registers `exo-harness run`: up, preflight, suites, down, reports, verdict.
void add_run_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools

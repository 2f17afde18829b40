#pragma once

#include "app/command.h"

namespace exo_harness::tools {

/// Registers `exo-harness report RUN`: writes every report again from the journal.
void add_report_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools

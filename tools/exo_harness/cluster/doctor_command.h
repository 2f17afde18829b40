#pragma once

#include "app/command.h"

namespace exo_harness::tools {

/// Registers `exo-harness doctor`: is this machine, and each node, able to run Exo with TP over JACCL?
void add_doctor_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools

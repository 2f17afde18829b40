#pragma once

#include "app/command.h"

namespace exo_harness::tools {

/// Registers `exo-harness merge RUN...`: joins the shards of one run.
void add_merge_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools

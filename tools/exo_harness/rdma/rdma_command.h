#pragma once

#include "app/command.h"

namespace exo_harness::tools {

/// Registers `exo-harness rdma`: does tensor parallelism over JACCL work on this cluster, from preflight to cleanup?
void add_rdma_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools

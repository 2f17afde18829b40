#pragma once

#include "run_options.h"

namespace CLI {
class App;
}

namespace exo_harness::tools {

/// Adds `--cluster`, `--start-script`, `--stop-script`, `--api`, `--nodes`, `--model` and `--placement`.
void add_cluster_options(CLI::App& app, ClusterOptions& options);

}  // namespace exo_harness::tools

#pragma once

#include "app/run_options.h"

namespace CLI {
class App;
}

namespace exo_harness::tools {

/// Adds `--cluster`, `--start-script`, `--stop-script`, `--api` and `--nodes`.
void add_address_options(CLI::App& app, ClusterOptions& options);
/// Adds `--model`.
void add_model_option(CLI::App& app, ClusterOptions& options);
/// Adds all of these and `--placement`.
/// `--remove-instances`, of those who place.
void add_remove_option(CLI::App& app, ClusterOptions& options);
void add_cluster_options(CLI::App& app, ClusterOptions& options);

}  // namespace exo_harness::tools

#include "cluster/cluster_options.h"

#include <CLI/CLI.hpp>

namespace exo_harness::tools {

void add_address_options(CLI::App& app, ClusterOptions& options) {
  app.add_option("--cluster", options.cluster, "A file, or a name in fixtures/clusters (default: fake-2)");
  app.add_option("--start-script", options.start_script, "Starts Exo; ended again at the end");
  app.add_option("--stop-script", options.stop_script, "Stops it; without it SIGTERM does");
  app.add_option("--api", options.apis,
                 "URL of a node, may be repeated; without a start script: attach, never start or stop")
      ->allow_extra_args(false);
  app.add_option("--nodes", options.nodes, "How many nodes make the cluster whole")->check(CLI::Range(1, 1024));
}

void add_model_option(CLI::App& app, ClusterOptions& options) {
  app.add_option("--model", options.models, "Fixture model by id, repo or alias, may be repeated")
      ->allow_extra_args(false);
}

void add_remove_option(CLI::App& app, ClusterOptions& options) {
  app.add_flag("--remove-instances", options.remove_instances,
               "Delete instances of the models under test that are there before, whoever made them; of no other model");
}

void add_cluster_options(CLI::App& app, ClusterOptions& options) {
  add_address_options(app, options);
  add_model_option(app, options);
  app.add_option("--placement", options.placements, "single, pipeline-2, tensor-2, tensor-jaccl-2 …, may be repeated")
      ->allow_extra_args(false);
}

}  // namespace exo_harness::tools

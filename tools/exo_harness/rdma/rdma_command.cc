#include "rdma/rdma_command.h"

#include <memory>

#include <CLI/CLI.hpp>

#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/process/interrupts.h"

#include "app/rehearsing.h"
#include "cluster/cluster_choice.h"
#include "cluster/cluster_options.h"
#include "rdma/rdma_session.h"

namespace exo_harness::tools {
namespace {

int rdma(const RdmaOptions& options) {
  if (options.models.size() > 1) throw UsageError("rdma tries one model", "give --model once");
  const cluster::ClusterSpec spec = choose_cluster(options);
  if (!options.exo.empty()) static_cast<void>(engine_here(options.exo));  // Before anything is started.
  process::Interrupts::install();
  return to_int(RdmaSession(options, spec).run());
}

}  // namespace

void add_rdma_command(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("rdma", "Whether tensor parallelism over JACCL works, from preflight to cleanup");
  auto options = std::make_shared<RdmaOptions>();
  add_address_options(*command, *options);
  add_model_option(*command, *options);
  add_remove_option(*command, *options);
  command->add_option("--repeat", options->repeat, "How often the question is asked again")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command
      ->add_option("--limit", options->limit_seconds,
                   "Seconds for each phase of a placement and for each answer (default: as the cluster's file says)")
      ->check(CLI::Range(1, 86400));
  command
      ->add_option("--settle", options->settle_seconds,
                   "Seconds that RDMA edges and addresses are waited for, as they come late after a start")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str();
  command
      ->add_option("--local-answers", options->local_answers,
                   "Play what the tools of a Mac answered from this file, in place of asking this machine")
      ->check(CLI::ExistingFile);
  command->add_option("--exo", options->exo,
                      "Rehearse with this Exo: a checkout with its environment, the environment, or its Python "
                      "(default: that which the nodes on this machine run from)");
  command->add_option("--rehearsal-limit", options->rehearsal_limit_seconds, "Seconds that the rehearsal may take")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  command->add_option("--out", options->out, "Folder of runs (default: EXO_HARNESS_RUNS, else exo-runs)");
  command->add_flag("--anyway", options->anyway,
                    "Place although the preflight says that it cannot work; each try may cost a port its resources");
  command->add_flag("--json", options->json, "Print verdict.json");
  command->callback([options, &exit_code] { exit_code = rdma(*options); });
}

}  // namespace exo_harness::tools

#include "cluster/up_command.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include "exo_harness/cluster/api_credentials.h"
#include "exo_harness/cluster/cluster_file.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/verdict.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/process/interrupts.h"

#include "app/live_view.h"
#include "cluster/bring_up.h"
#include "cluster/cluster_choice.h"
#include "cluster/cluster_options.h"
#include "cluster/state_option.h"

namespace exo_harness::tools {
namespace {

struct UpOptions : ClusterOptions {
  std::string out, state;
  int limit_s = 0;
};

std::optional<std::chrono::milliseconds> hard_limit(const UpOptions& options) {
  if (options.limit_s <= 0) return std::nullopt;
  return std::chrono::seconds(options.limit_s);
}

// Bringing up what is up is no error: CTest repeats its set-up.
bool is_up_already(const std::filesystem::path& state) {
  std::error_code error;
  return std::filesystem::exists(state, error) && attach_unrecorded(state).ok();
}

int up(const UpOptions& options) {
  const cluster::ClusterSpec spec = choose_cluster(options);
  const std::filesystem::path state = state_file(options.state, options.out);
  LiveView view(stderr);
  if (is_up_already(state)) {
    view.note(format("the cluster of {} is up already", state.string()));
    return to_int(ExitCode::passed);
  }
  const RunFolder run = create_run_folder(folder_of_runs(options.out));
  journal::Journal journal(run.journal(), "up");
  auto brought = bring_up(with_fake_start(spec), run, journal, view, hard_limit(options));
  if (!brought.ok()) {
    std::fprintf(stderr, "exo-harness: %s\n", redact(to_string(brought.failure())).c_str());
    return to_int(exit_code_of(verdict_of(brought.failure().kind)));
  }
  UpCluster up = std::move(brought).value();
  auto file = cluster::describe(up.cluster(), run.run_id, run.path);
  file.spec.models = spec.models;
  file.spec.placements = spec.placements;
  std::filesystem::create_directories(state.parent_path());
  cluster::write_cluster_file(state, file);
  if (up.started) static_cast<void>(up.started->keep_up());
  if (!cluster::credentials_of(spec.apis).empty()) {
    view.note(format("no file keeps user and password: export {} for whoever uses it", cluster::kCredentialsVariable));
  }
  std::printf("export EXO_HARNESS_CLUSTER=%s\n", state.c_str());
  return to_int(ExitCode::passed);
}

}  // namespace

void add_up_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("up", "Bring a cluster up and leave it up; `down` ends it");
  auto options = std::make_shared<UpOptions>();
  add_cluster_options(*command, *options);
  command->add_option("--out", options->out, "Folder of runs (default: EXO_HARNESS_RUNS, else exo-runs)");
  command->add_option("--limit", options->limit_s,
                      "Seconds after which the cluster is ended, whoever uses it (default: never)");
  command->add_option("--state", options->state, "File that tells suites of the cluster (default: cluster.json there)");
  command->callback([options, &exit_code] {
    process::Interrupts::install();
    exit_code = up(*options);
  });
}

}  // namespace exo_harness::tools

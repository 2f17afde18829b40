#include "cluster/up_command.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "exo_harness/cluster/api_credentials.h"
#include "exo_harness/cluster/cluster_file.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/core/verdict.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/process/interrupts.h"

#include "app/live_view.h"
#include "cluster/bring_up.h"
#include "cluster/cluster_choice.h"
#include "cluster/cluster_options.h"
#include "cluster/left_up.h"
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

std::vector<std::string> apis_without_credentials(const std::vector<std::string>& apis) {
  std::vector<std::string> bare;
  for (const std::string& api : apis) bare.push_back(cluster::without_credentials(api));
  return bare;
}

cluster::AskedFor asked_for(const cluster::ClusterSpec& spec) {
  return {spec.start_script, apis_without_credentials(spec.apis)};
}

// Whether each of `apis` leads to the cluster: as it was asked for, or as one of its nodes.
bool lead_there(const std::vector<std::string>& apis, const cluster::ClusterFile& there) {
  if (apis == there.asked->apis) return true;
  const std::vector<std::string> nodes = apis_without_credentials(there.spec.apis);
  return !apis.empty() && std::all_of(apis.begin(), apis.end(), [&](const std::string& api) {
    return std::find(nodes.begin(), nodes.end(), api) != nodes.end();
  });
}

// In what `spec` is not the cluster that is there; empty: it is that one.
std::string difference(const cluster::ClusterFile& there, const cluster::ClusterSpec& spec) {
  if (spec.name != there.spec.name) return format("the cluster {}", spec.name);
  if (spec.nodes != there.spec.nodes) return format("{} nodes", spec.nodes);
  if (!there.asked) return "";
  const cluster::AskedFor asked = asked_for(spec);
  if (asked.start_script != there.asked->start_script) {
    return asked.start_script.empty() ? "one without a start script"
                                      : format("the start script {}", asked.start_script.string());
  }
  if (lead_there(asked.apis, there)) return "";
  return asked.apis.empty() ? "the embedded fake" : format("the nodes at {}", join(asked.apis, ", "));
}

std::string how_to_end(const UpOptions& options) {
  const std::string which = options.state.empty() ? format("--out {}", folder_of_runs(options.out).string())
                                                  : format("--state {}", options.state);
  return format("end it first: exo-harness down {}; or bring the other one up with an --out of its own", which);
}

// Bringing up what is up is no error: CTest repeats its set-up. Another cluster must not take its place.
bool is_up_already(const UpOptions& options, const std::filesystem::path& state, const cluster::ClusterSpec& spec) {
  std::error_code error;
  if (!std::filesystem::exists(state, error)) return false;
  const cluster::ClusterFile there = cluster::read_cluster_file(state);
  const auto attached = attach_unrecorded(state);
  const LeftUp left = what_is_left(there.run_folder);
  const bool lives = left != LeftUp::not_ours && left != LeftUp::nothing;
  if (!attached.ok() && !lives) return false;
  const std::string what =
      format("{} tells of the cluster {} ({} nodes: {}), which is up", state.string(), there.spec.name,
             there.spec.nodes, join(apis_without_credentials(there.spec.apis), ", "));
  const std::string other = difference(there, spec);
  if (!other.empty()) throw UsageError(format("{}; asked for is {}", what, other), how_to_end(options));
  if (attached.ok()) return true;
  throw HarnessError(format("{}, but not as it was: {}", what, redact(to_string(attached.failure()))),
                     how_to_end(options));
}

int up(const UpOptions& options) {
  const cluster::ClusterSpec spec = choose_cluster(options);
  const std::filesystem::path state = state_file(options.state, options.out);
  const process::OwnerLock lock = own_state(state);
  LiveView view(stderr);
  if (is_up_already(options, state, spec)) {
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
  file.asked = asked_for(spec);
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

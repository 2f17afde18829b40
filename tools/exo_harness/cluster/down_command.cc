#include "cluster/down_command.h"

#include <cstdio>
#include <memory>
#include <vector>

#include <CLI/CLI.hpp>

#include "exo_harness/cluster/api_credentials.h"
#include "exo_harness/cluster/cluster_file.h"
#include "exo_harness/cluster/view_watch.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/process/run_record.h"
#include "exo_harness/process/supervised_script.h"

#include "cluster/left_up.h"
#include "cluster/state_option.h"

namespace exo_harness::tools {
namespace fs = std::filesystem;
namespace {

constexpr milliseconds kNode{5000};
constexpr milliseconds kLookAtViews = cluster::ViewJudge::kLimit + milliseconds(3000);

struct StateOptions {
  std::string out, state;
};

// How a cluster was ended.
struct Ending {
  std::string how;
  std::vector<std::string> survivors{};
  bool was_ours = true;
};

Ending end_kept_up(const fs::path& run_folder) {
  const auto done = process::stop_kept_up(run_folder);
  return {"down", done ? done->survivors : std::vector<std::string>{}};
}

Ending end_orphans(const fs::path& run_folder, milliseconds grace) {
  const auto result = sweep_and_record(run_folder, grace);
  Ending ending{"its supervisor was killed before; what it left is ended now: down"};
  for (const process::SweptRun& run : result.swept) {
    ending.survivors.insert(ending.survivors.end(), run.clean_up.survivors.begin(), run.clean_up.survivors.end());
  }
  return ending;
}

[[noreturn]] void throw_in_use(const fs::path& run_folder) {
  const auto record = process::read_run_record(run_folder);
  const pid_t supervisor = record ? record->supervisor.pid : 0, harness = record ? record->harness.pid : 0;
  throw HarnessError(
      format("the run of {} goes on, or is being ended right now (supervisor pid {}, exo-harness pid {})",
             run_folder.string(), supervisor, harness),
      "wait for it: it ends its cluster itself");
}

Ending end_cluster(const cluster::ClusterFile& file) {
  switch (what_is_left(file.run_folder)) {
    case LeftUp::not_ours:
      return {"it was never ours to stop", {}, false};
    case LeftUp::nothing:
      return {"it was down already"};
    case LeftUp::in_use:
      throw_in_use(file.run_folder);
    case LeftUp::kept_up:
      return end_kept_up(file.run_folder);
    case LeftUp::orphaned:
      return end_orphans(file.run_folder, file.spec.limits.stop);
  }
  return {};
}

// Nodes on other machines carry no mark that can be looked for here: they are asked.
std::vector<std::string> still_answering(cluster::ClusterFile file) {
  try {
    cluster::give_credentials(file);
  } catch (const UsageError&) {  // Those that want some are asked without.
  }
  std::vector<std::string> answering;
  for (const cluster::Node& node : file.nodes) {
    const auto id = exo::Client(node.api).node_id(Deadline::after(kNode));
    if (id && *id == node.id)
      answering.push_back(format("{} at {}", node.name, cluster::without_credentials(node.api)));
  }
  return answering;
}

int down(const StateOptions& options) {
  const fs::path state = state_file(options.state, options.out);
  const process::OwnerLock lock = own_state(state);
  std::error_code error;
  if (!fs::exists(state, error)) {
    std::printf("nothing is up: there is no %s\n", state.c_str());
    return to_int(ExitCode::passed);
  }
  const auto file = cluster::read_cluster_file(state);
  const Ending ending = end_cluster(file);
  std::vector<std::string> left = ending.survivors;
  if (left.empty() && ending.was_ours) left = still_answering(file);
  if (!left.empty()) {
    throw HarnessError(format("the cluster of {} is not down, still there: {}", state.string(), join(left, ", ")),
                       format("on each of its machines: exo-harness sweep --out {}; what has no mark of the run is "
                              "ended where it was started",
                              file.run_folder.parent_path().string()));
  }
  fs::remove(state, error);
  std::printf("%s\n", ending.how.c_str());
  return to_int(ExitCode::passed);
}

// A line for each node of the file; gives those that answer.
std::vector<cluster::Node> tell_who_answers(const std::vector<cluster::Node>& nodes) {
  std::vector<cluster::Node> answering;
  for (const cluster::Node& node : nodes) {
    exo::Client client(node.api);
    const auto id = client.node_id(Deadline::after(kNode));
    const bool is_another = id && *id != node.id;
    const std::string said = !id          ? redact("gives no answer: " + id.failure().what)
                             : is_another ? "is another node now: " + printable(*id)
                                          : *id;
    std::printf("%s  %s  %s\n", cluster::without_credentials(node.api).c_str(), node.name.c_str(), said.c_str());
    if (id && !is_another) answering.push_back(node);
  }
  return answering;
}

// A line for each view that stands still or falls behind. Result: whether there is one.
bool tell_odd_views(const std::vector<cluster::Node>& nodes) {
  const auto odd = cluster::look_at_views(nodes, Deadline::after(kLookAtViews));
  for (const cluster::OddView& view : odd) {
    std::printf("%s of %s: %s\n", view.kind.c_str(), cluster::without_credentials(view.api).c_str(), view.why.c_str());
  }
  return !odd.empty();
}

int status(const StateOptions& options) {
  const fs::path state = state_file(options.state, options.out);
  std::error_code error;
  if (!fs::exists(state, error)) {
    std::printf("nothing is up: there is no %s\n", state.c_str());
    return to_int(ExitCode::inconclusive);
  }
  cluster::ClusterFile file = cluster::read_cluster_file(state);
  cluster::give_credentials(file);
  const std::vector<cluster::Node> answering = tell_who_answers(file.nodes);
  // Who is not there, or was started again under a new id, is not waited for: it is known already that the cluster is
  // not whole.
  if (answering.size() < file.nodes.size()) {
    tell_odd_views(answering);
    return to_int(ExitCode::failed);
  }
  const auto attached = attach_unrecorded(state);
  if (!attached.ok()) {
    std::printf("not up: %s\n", redact(to_string(attached.failure())).c_str());
    return to_int(ExitCode::failed);
  }
  return to_int(tell_odd_views(attached->nodes()) ? ExitCode::failed : ExitCode::passed);
}

CLI::App* add_command(CLI::App& app, const char* name, const char* what, const std::shared_ptr<StateOptions>& options) {
  CLI::App* command = app.add_subcommand(name, what);
  command->add_option("--out", options->out, "Folder of runs that `up` was given");
  command->add_option("--state", options->state, "File that `up` was given");
  return command;
}

}  // namespace

void add_down_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<StateOptions>();
  add_command(app, "down", "End the cluster that `up` left up", options)->callback([options, &exit_code] {
    exit_code = down(*options);
  });
}

void add_status_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<StateOptions>();
  add_command(app, "status", "Say whether the cluster of `up` is up, and who is in it", options)
      ->callback([options, &exit_code] { exit_code = status(*options); });
}

}  // namespace exo_harness::tools

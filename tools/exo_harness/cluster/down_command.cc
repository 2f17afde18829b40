#include "cluster/down_command.h"

#include <cstdio>
#include <memory>
#include <vector>

#include <CLI/CLI.hpp>

#include "exo_harness/cluster/api_credentials.h"
#include "exo_harness/cluster/cluster_file.h"
#include "exo_harness/cluster/view_watch.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/process/supervised_script.h"

#include "cluster/state_option.h"

namespace exo_harness::tools {
namespace fs = std::filesystem;
namespace {

constexpr milliseconds kNode{5000};
constexpr milliseconds kLookAtViews = cluster::ViewJudge::kLimit + milliseconds(3000);

struct StateOptions {
  std::string out, state;
};

int down(const StateOptions& options) {
  const fs::path state = state_file(options.state, options.out);
  std::error_code error;
  if (!fs::exists(state, error)) {
    std::printf("nothing is up: there is no %s\n", state.c_str());
    return to_int(ExitCode::passed);
  }
  const auto file = cluster::read_cluster_file(state);
  const auto done = process::stop_kept_up(file.run_folder);
  if (done && !done->survivors.empty()) {
    std::fprintf(stderr, "exo-harness: still running: %s\n", join(done->survivors, ", ").c_str());
    return to_int(ExitCode::harness);
  }
  fs::remove(state, error);
  std::printf("%s\n", done ? "down" : "it was down already, or was never ours to stop");
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

#include <memory>

#include <CLI/CLI.hpp>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/model/check.h"
#include "exo_harness/model/folder.h"
#include "exo_harness/model/locate.h"

#include "models_subcommands.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::seconds kLimit{30};

struct CheckOptions {
  std::vector<std::string> models;
  std::string api;
};

template <class T>
T answer(const Outcome<T>& outcome, const std::string& api) {
  if (outcome.ok()) return outcome.value();
  throw EnvironmentError(format("{} gives no answer: {}", api, to_string(outcome.failure())),
                         "start the cluster, or give the address of one of its nodes with --api");
}

std::vector<model::FixtureModel> chosen(const CheckOptions& options) {
  const auto all = model::load_fixture_models(model::fixtures_folder() / "models");
  std::vector<model::FixtureModel> result;
  for (const std::string& name : options.models) result.push_back(model::find_fixture_model(all, name));
  if (!options.models.empty()) return result;
  for (const model::FixtureModel& each : all) {
    if (each.unreadable.empty() && model::find_model(each)) result.push_back(each);
  }
  return result;
}

/// The files on this machine, wherever they are. Result: whether they are whole.
bool check_here(const model::FixtureModel& fixture) {
  const auto folder = model::find_model(fixture);
  if (!folder) {
    fmt::print("{}: not on this machine\n", fixture.repo);
    return false;
  }
  try {
    const model::ModelFolder files = model::read_model_folder(*folder);
    fmt::print("{}: {} in {}, {}\n", fixture.repo, files.problems.empty() ? "complete" : "with problems",
               folder->string(), bytes_for_people(files.bytes_on_disk()));
    for (const std::string& problem : files.problems) fmt::print("  {}\n", problem);
    return files.problems.empty();
  } catch (const HarnessError& error) {
    fmt::print("{}: damaged\n  {}\n", fixture.repo, error.what());
    return false;
  }
}

bool print(const model::ModelCheck& check) {
  fmt::print("{}: {}\n", check.repo, check.problems.empty() ? "complete and alike on every node" : "with problems");
  for (const model::NodeModel& node : check.nodes) {
    fmt::print("  {:<24} {:<9} {:>9}  {}{}\n", node.node, node.status, bytes_for_people(node.bytes), node.directory,
               node.read_only ? " (read-only)" : "");
  }
  for (const std::string& problem : check.problems) fmt::print("  problem: {}\n", problem);
  return check.problems.empty();
}

bool check_cluster(const std::string& api, const std::vector<model::FixtureModel>& models) {
  exo::Client client(api);
  const Deadline deadline = Deadline::after(kLimit);
  const exo::State state = answer(client.state(deadline), api);
  const auto listed = answer(client.models(deadline), api);
  const auto downloaded = answer(client.models(deadline, true), api);
  bool fine = true;
  for (const model::FixtureModel& each : models)
    fine = print(model::check_model(each.repo, state, listed, downloaded)) && fine;
  return fine;
}

void check(const CheckOptions& options, int& exit_code) {
  const std::vector<model::FixtureModel> models = chosen(options);
  if (models.empty()) {
    fmt::print("no fixture model is on this machine; `models list` shows where they may lie\n");
    exit_code = to_int(ExitCode::nothing_selected);
    return;
  }
  bool fine = true;
  if (options.api.empty()) {
    for (const model::FixtureModel& each : models) fine = check_here(each) && fine;
  } else {
    fine = check_cluster(options.api, models);
  }
  exit_code = to_int(fine ? ExitCode::passed : ExitCode::failed);
}

}  // namespace

void add_models_check(CLI::App& models, int& exit_code) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command =
      models.add_subcommand("check", "Are the models complete, here or (--api) on every node of a cluster?");
  command->add_option("MODEL", options->models, "Fixture models; else all that are on this machine");
  command->add_option("--api,--cluster", options->api, "A node of a running cluster: http://HOST:52415");
  command->callback([options, &exit_code] { check(*options, exit_code); });
}

}  // namespace exo_harness::tools

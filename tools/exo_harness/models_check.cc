#include <memory>
#include <set>

#include <CLI/CLI.hpp>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/model/check.h"
#include "exo_harness/model/local_model.h"
#include "exo_harness/model/locate.h"

#include "models_subcommands.h"
#include "own_address.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::seconds kLimit{30};

struct CheckOptions {
  std::vector<std::string> models;
  std::string api;
  bool elsewhere = false;
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

/// Each place once: a folder of links and another name of it count as two, the same folder as one.
std::vector<model::LocalModel> copies_of(const model::FixtureModel& fixture) {
  std::set<fs::path> seen;
  std::vector<model::LocalModel> copies;
  std::error_code ignored;
  for (const fs::path& place : model::places_of(fixture)) {
    if (!fs::is_regular_file(place / "config.json", ignored) || !seen.insert(fs::weakly_canonical(place)).second)
      continue;
    copies.push_back(model::look_at_model(place));
  }
  return copies;
}

std::string revision_text(const std::string& revision) {
  return revision.empty() ? "" : ", revision " + printable(revision);
}

bool print_copy(const model::FixtureModel& fixture, model::LocalModel copy) {
  if (!fixture.revision.empty() && !copy.revision.id.empty() && copy.revision.id != fixture.revision)
    copy.problems.push_back(format("the fixture file wants revision {}", fixture.revision));
  fmt::print("{}: {} in {}, {}{}\n", fixture.repo, copy.problems.empty() ? "complete" : "with problems",
             copy.folder.string(), bytes_for_people(copy.weight_bytes), revision_text(copy.revision.id));
  for (const std::string& problem : copy.problems) fmt::print("  {}\n", problem);
  return copy.problems.empty();
}

/// The files on this machine, in each place. Result: whether they are whole, and alike.
bool check_here(const model::FixtureModel& fixture) {
  const std::vector<model::LocalModel> copies = copies_of(fixture);
  if (copies.empty()) fmt::print("{}: not on this machine\n", fixture.repo);
  bool fine = !copies.empty();
  for (const model::LocalModel& copy : copies) {
    fine = print_copy(fixture, copy) && fine;
    for (const std::string& problem : model::differences(copies.front(), copy)) {
      fmt::print("  {}\n", problem);
      fine = false;
    }
  }
  return fine;
}

bool print(const model::ModelCheck& check) {
  fmt::print("{}: {}\n", check.repo, check.problems.empty() ? "complete and alike on every node" : "with problems");
  for (const model::NodeModel& node : check.nodes) {
    fmt::print("  {:<24} {:<9} {:>9}  {}{}{}\n", node.node, node.status, bytes_for_people(node.bytes), node.directory,
               node.read_only ? " (read-only)" : "", revision_text(node.revision));
  }
  for (const std::string& problem : check.problems) fmt::print("  problem: {}\n", problem);
  return check.problems.empty();
}

/// The id of the asked node when it runs on this machine, so that its disk can be looked at; else nothing.
std::optional<std::string> node_here(const CheckOptions& options, exo::Client& client, Deadline deadline) {
  if (options.elsewhere || !is_own_address(options.api)) return {};
  return answer(client.node_id(deadline), options.api);
}

bool check_cluster(const CheckOptions& options, const std::vector<model::FixtureModel>& models) {
  const std::string& api = options.api;
  exo::Client client(api);
  const Deadline deadline = Deadline::after(kLimit);
  const exo::State state = answer(client.state(deadline), api);
  const auto listed = answer(client.models(deadline), api);
  const auto downloaded = answer(client.models(deadline, true), api);
  const auto here = node_here(options, client, deadline);
  bool fine = true;
  for (const model::FixtureModel& each : models) {
    model::ModelCheck result = model::check_model(each.repo, state, listed, downloaded);
    if (here) model::compare_with_disk(result, *here, model::exo_folders().in_order(), each.revision);
    fine = print(result) && fine;
  }
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
    fine = check_cluster(options, models);
  }
  exit_code = to_int(fine ? ExitCode::passed : ExitCode::failed);
}

}  // namespace

void add_models_check(CLI::App& models, int& exit_code) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command =
      models.add_subcommand("check", "Are the models complete, here or (--api) on every node of a cluster?");
  command->add_option("MODEL", options->models, "Fixture models; else all that are on this machine");
  command->add_option(
      "--api,--cluster", options->api,
      "A node of a running cluster: http://HOST:52415; when it runs here, what it says is compared with the disk");
  command->add_flag("--elsewhere", options->elsewhere,
                    "That node is not on this machine although its address is (a tunnel, a fake): no look at the disk");
  command->callback([options, &exit_code] { check(*options, exit_code); });
}

}  // namespace exo_harness::tools

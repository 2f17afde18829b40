#include <algorithm>
#include <memory>
#include <set>

#include <CLI/CLI.hpp>

#include "exo_harness/cluster/local_address.h"
#include "exo_harness/core/deadline.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/model/stage/check.h"
#include "exo_harness/model/stage/local_model.h"
#include "exo_harness/model/stage/locate.h"

#include "cluster/node_address.h"
#include "models/models_progress.h"
#include "models/models_subcommands.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::seconds kLimit{30};
constexpr std::size_t kShortHash = 16;

struct CheckOptions {
  std::vector<std::string> models;
  std::string api, cluster;
  bool of_cluster = false, elsewhere = false, hash = false;
};

template <class T>
T answer(const Outcome<T>& outcome, const std::string& api) {
  if (outcome.ok()) return outcome.value();
  throw EnvironmentError(format("{} gives no answer: {}", api, to_string(outcome.failure())),
                         "start the cluster, or give the address of one of its nodes with --api");
}

/// Those that were named, else those of which `is_here` knows something.
std::vector<model::FixtureModel> chosen(const std::vector<std::string>& names,
                                        const std::function<bool(const model::FixtureModel&)>& is_here) {
  const auto all = model::load_fixture_models(model::fixtures_folder() / "models");
  std::vector<model::FixtureModel> result;
  for (const std::string& name : names) {
    result.push_back(model::find_fixture_model(all, name));
    if (!result.back().unreadable.empty()) throw HarnessError(result.back().unreadable, "mend the fixture file");
  }
  if (!names.empty()) return result;
  std::copy_if(all.begin(), all.end(), std::back_inserter(result),
               [&](const model::FixtureModel& each) { return each.unreadable.empty() && is_here(each); });
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

/// What to compare with the same line on another node.
std::string marks_text(const std::string& revision, const std::string& layout) {
  return (revision.empty() ? "" : ", revision " + printable(revision)) +
         (layout.empty() ? "" : ", layout " + layout.substr(0, kShortHash));
}

model::ContentHash hash_of(const model::LocalModel& copy) {
  ModelsProgress progress;
  return model::hash_content(copy.folder, progress);
}

bool print_copy(const model::FixtureModel& fixture, model::LocalModel copy, bool hash) {
  if (!fixture.revision.empty() && !copy.revision.id.empty() && copy.revision.id != fixture.revision)
    copy.problems.push_back(format("the fixture file wants revision {}", fixture.revision));
  const model::ContentHash content = hash && copy.all_bytes > 0 ? hash_of(copy) : model::ContentHash{};
  copy.problems.insert(copy.problems.end(), content.problems.begin(), content.problems.end());
  fmt::print("{}: {} in {}, {}{}\n", fixture.repo, copy.problems.empty() ? "complete" : "with problems",
             copy.folder.string(), human_bytes(copy.weight_bytes), marks_text(copy.revision.id, copy.layout));
  if (!content.sha256.empty()) {
    fmt::print("  content {}, hashed {} files: {} as the hub published, {} without a published hash\n",
               content.sha256.substr(0, kShortHash), content.verified + content.unpublished, content.verified,
               content.unpublished);
  }
  for (const std::string& problem : copy.problems) fmt::print("  problem: {}\n", problem);
  return copy.problems.empty();
}

/// The files on this machine, in each place. Result: whether they are whole, and alike.
bool check_here(const model::FixtureModel& fixture, bool hash) {
  const std::vector<model::LocalModel> copies = copies_of(fixture);
  if (copies.empty()) fmt::print("{}: not on this machine\n", fixture.repo);
  bool fine = !copies.empty();
  for (const model::LocalModel& copy : copies) {
    fine = print_copy(fixture, copy, hash) && fine;
    for (const std::string& problem : model::differences(copies.front(), copy)) {
      fmt::print("  problem: {}\n", problem);
      fine = false;
    }
  }
  return fine;
}

bool print_check(const model::ModelCheck& check) {
  fmt::print("{}: {}\n", check.repo, model::summary(check));
  for (const model::NodeModel& node : check.nodes) {
    fmt::print("  {:<24} {:<9} {:>9}  {}{}{}\n", node.node, node.status, human_bytes(node.bytes), node.directory,
               node.read_only ? " (read-only)" : "", marks_text(node.revision, node.layout));
  }
  for (const std::string& problem : check.problems) fmt::print("  problem: {}\n", problem);
  return check.problems.empty();
}

/// The id of the asked node when it runs on this machine, so that its disk can be looked at; else nothing.
std::optional<std::string> node_here(const std::string& api, bool elsewhere, exo::Client& client, Deadline deadline) {
  if (elsewhere || !cluster::is_on_this_machine(api)) return {};
  return answer(client.node_id(deadline), api);
}

int nothing(const std::string& where) {
  fmt::print("no fixture model is {}; `models list` shows which there are\n", where);
  return to_int(ExitCode::nothing_selected);
}

int check_cluster(const CheckOptions& options) {
  const std::string api = node_address(options.api, options.of_cluster, options.cluster);
  exo::Client client(api);
  const Deadline deadline = Deadline::after(kLimit);
  const exo::State state = answer(client.state(deadline), api);
  const std::vector<std::string> there = model::models_on_nodes(state);
  const auto models = chosen(options.models, [&](const model::FixtureModel& each) {
    return std::binary_search(there.begin(), there.end(), each.repo);
  });
  if (models.empty()) return nothing("on a node of " + api);
  const auto listed = answer(client.models(deadline), api);
  const auto downloaded = answer(client.models(deadline, true), api);
  const auto here = node_here(api, options.elsewhere, client, deadline);
  bool fine = true;
  for (const model::FixtureModel& each : models) {
    model::ModelCheck result = model::check_model(each.repo, state, listed, downloaded);
    if (here) model::compare_with_disk(result, *here, model::exo_folders().in_order(), each.revision);
    fine = print_check(result) && fine;
  }
  return to_int(fine ? ExitCode::passed : ExitCode::failed);
}

int check_this_machine(const CheckOptions& options) {
  const auto models =
      chosen(options.models, [](const model::FixtureModel& each) { return model::find_model(each).has_value(); });
  if (models.empty()) return nothing("on this machine");
  bool fine = true;
  for (const model::FixtureModel& each : models) fine = check_here(each, options.hash) && fine;
  return to_int(fine ? ExitCode::passed : ExitCode::failed);
}

}  // namespace

void add_models_check(CLI::App& models, int& exit_code) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command =
      models.add_subcommand("check", "Are the models complete, here or (--api, --cluster) on every node of a cluster?");
  command->add_option("MODEL", options->models, "Fixture models; else all that are there");
  CLI::Option* api = command->add_option(
      "--api", options->api,
      "A node of a running cluster: http://HOST:52415; when it runs here, what it says is compared with the disk");
  CLI::Option* cluster =
      command
          ->add_option("--cluster", options->cluster,
                       "The cluster that `up` started; or the one of a spec, of a cluster file, or of a node's address")
          ->expected(0, 1)
          ->excludes(api);
  command->add_flag("--elsewhere", options->elsewhere,
                    "That node is not on this machine although its address is (a tunnel, a fake): no look at the disk");
  command->add_flag("--hash", options->hash,
                    "Read every byte of what is on this machine, and compare with what the Hugging Face client left");
  command->callback([options, cluster, &exit_code] {
    options->of_cluster = cluster->count() > 0;
    exit_code = options->of_cluster || !options->api.empty() ? check_cluster(*options) : check_this_machine(*options);
  });
}

}  // namespace exo_harness::tools

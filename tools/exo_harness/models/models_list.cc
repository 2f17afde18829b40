#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/stage/locate.h"

#include "models/models_subcommands.h"

namespace exo_harness::tools {
namespace {

std::string place_of(const model::FixtureModel& each) {
  if (!each.unreadable.empty()) return "";
  const auto place = model::find_model(each);
  return place ? place->string() : "";
}

void print_json(const std::vector<model::FixtureModel>& all) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const model::FixtureModel& each : all) {
    list.push_back({{"id", each.id},
                    {"repo", each.repo},
                    {"bytes", each.bytes},
                    {"fallback", each.fallback},
                    {"found_in", place_of(each)},
                    {"unreadable", each.unreadable}});
  }
  fmt::print("{}\n", list.dump(2));
}

void print_table(const std::vector<model::FixtureModel>& all) {
  for (const model::FixtureModel& each : all) {
    const std::string place = place_of(each);
    if (each.unreadable.empty()) {
      fmt::print("{:<32} {:>9}  {}\n{:<32} {:>9}  {}\n", each.id, each.bytes > 0 ? human_bytes(each.bytes) : "",
                 each.repo, "", "", place.empty() ? "not on this machine" : place);
    } else {
      fmt::print("{:<32} {:>9}  UNREADABLE {}\n", each.id, "", each.unreadable);
    }
  }
}

}  // namespace

void add_models_list(CLI::App& models) {
  auto json = std::make_shared<bool>(false);
  CLI::App* command = models.add_subcommand("list", "All fixture models, and where their files are on this machine");
  command->add_flag("--json", *json, "For scripts");
  command->callback([json] {
    const auto all = model::load_fixture_models(model::fixtures_folder() / "models");
    *json ? print_json(all) : print_table(all);
  });
}

}  // namespace exo_harness::tools

#include "app/model_choice.h"

#include <algorithm>
#include <filesystem>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/checkpoint/facts.h"
#include "exo_harness/model/fixture/fixture.h"
#include "exo_harness/model/stage/locate.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void not_here(const std::string& repo) {
  throw UsageError(format("{} is not on this machine", repo),
                   format("give its folder, or get it with `exo-harness models fetch {}`", repo));
}

bool is_repository(const std::string& name) {
  return std::count(name.begin(), name.end(), '/') == 1 && !name.ends_with('/');
}

/// A folder that holds no weights and no index that promises some.
bool is_config_alone(const fs::path& folder) {
  std::error_code error;
  bool has_config = false;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.ends_with(".safetensors") || name.ends_with(".safetensors.index.json")) return false;
    has_config = has_config || name == "config.json";
  }
  return has_config && !error;
}

model::ModelFolder read_folder(const fs::path& folder) {
  return is_config_alone(folder) ? model::read_config_alone(folder) : model::read_model_folder(folder);
}

ChosenModel of_repository(const std::string& repo) {
  model::FixtureModel unknown;
  unknown.repo = repo;
  const auto folder = model::find_model(unknown);
  if (!folder) not_here(repo);
  return {read_folder(*folder), repo, false, true};
}

ChosenModel of_fixture(const model::FixtureModel& fixture) {
  if (!fixture.unreadable.empty()) throw HarnessError(fixture.unreadable, "mend the fixture file");
  if (const auto folder = model::find_model(fixture))
    return {model::read_model_folder(*folder), fixture.repo, false, fixture.card_states_kv_heads};
  if (model::has_facts(model::fixtures_folder(), fixture.id))
    return {model::read_facts(model::fixtures_folder(), fixture.id), fixture.repo, true, fixture.card_states_kv_heads};
  not_here(fixture.repo);
}

}  // namespace

ChosenModel choose_model(const std::string& name) {
  std::error_code ignored;
  if (fs::is_directory(name, ignored)) return {read_folder(name), "", false, true};
  if (name.ends_with(".json") && fs::is_regular_file(name, ignored))
    return {model::read_config_alone(name), "", false, true};
  if (name.starts_with('/') || name.starts_with('.') || name.starts_with('~'))
    throw UsageError(format("{}: there is no such folder", name),
                     "give a model's folder, or the id of a fixture model");
  const auto models = model::load_fixture_models(model::fixtures_folder() / "models");
  if (model::fixture_model_called(models, name) == nullptr && is_repository(name)) return of_repository(name);
  return of_fixture(model::find_fixture_model(models, name));
}

std::string where_it_is(const ChosenModel& model) {
  return model.from_facts ? "not on this machine: from its recorded config.json and headers"
                          : model.folder.path.string();
}

std::vector<exo::Mode> placements_called(const std::vector<std::string>& names) {
  std::vector<exo::Mode> modes;
  for (const std::string& name : names) {
    const auto mode = exo::parse_short_name(name);
    if (!mode) throw UsageError(format("`{}` is no placement", printable(name)), "single, pipeline-2, tensor-2 …");
    modes.push_back(*mode);
  }
  return modes;
}

}  // namespace exo_harness::tools

#include "exo_harness/model/fixture.h"

#include <algorithm>
#include <cstdlib>
#include <ostream>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "toml_values.h"

namespace exo_harness::model {
namespace fs = std::filesystem;
namespace {

Expectation read_expectation(TomlTable table) {
  Expectation expectation;
  const std::string outcome = table.required_text("outcome");
  if (outcome == "works") {
    expectation.kind = Expectation::Kind::works;
  } else if (outcome == "fails") {
    expectation.kind = Expectation::Kind::fails;
  } else if (outcome != "unknown") {
    table.fail("outcome", "`works`, `fails` or `unknown`");
  }
  expectation.phases = phases(table, "phase");
  expectation.signature = table.text("signature");
  expectation.reason = table.text("reason");
  expectation.versions = generations(table, "versions");
  expectation.expires = day(table, "expires");
  table.expect_no_other_keys();
  const bool fails = expectation.kind == Expectation::Kind::fails;
  if (fails && expectation.phases.empty()) table.fail("phase", "the phase in which it fails");
  if (fails && expectation.signature.empty() && expectation.reason.empty())
    table.fail("signature", "a text or a reason");
  return expectation;
}

void read_expectations(TomlTable& table, FixtureModel& model) {
  const std::optional<TomlTable> all = table.table("expect");
  if (!all) return;
  for (auto& [name, expectation] : table.tables("expect")) {
    check_mode_name(*all, name);
    model.placements[name] = read_expectation(expectation);
  }
}

void read_architecture(TomlTable& table, FixtureModel& model) {
  model.layers = table.small_number("layers");
  model.hidden_size = table.small_number("hidden_size");
  model.heads = table.small_number("heads");
  model.kv_heads = table.small_number("kv_heads");
  model.context_tokens = table.number("context_tokens");
  model.pattern = table.text("pattern");
  model.parameters = table.number("parameters");
  model.experts.routed = table.small_number("experts_routed");
  model.experts.shared = table.small_number("experts_shared");
  model.experts.active = table.small_number("experts_active");
  model.bits = table.small_number("bits");
  model.group_size = table.small_number("group_size");
  if (!model.pattern.empty() && static_cast<int>(model.pattern.size()) != model.layers) {
    table.fail("pattern", format("as many letters as layers ({}), there are {},", model.layers, model.pattern.size()));
  }
}

std::vector<std::string> names_of(const std::vector<FixtureModel>& models) {
  std::vector<std::string> names;
  for (const FixtureModel& model : models) {
    names.push_back(model.id);
    if (!model.repo.empty()) names.push_back(model.repo);
    names.insert(names.end(), model.aliases.begin(), model.aliases.end());
  }
  return names;
}

bool is_called(const FixtureModel& model, std::string_view name) {
  return model.id == name || model.repo == name ||
         std::find(model.aliases.begin(), model.aliases.end(), name) != model.aliases.end();
}

/// Ids of prompts; nothing when they cannot be read, which is told where prompts are asked for.
std::vector<std::string> prompt_ids(const fs::path& models_folder) {
  std::vector<std::string> ids;
  try {
    for (const Prompt& prompt : load_prompts(models_folder.parent_path() / "prompts")) ids.push_back(prompt.id);
  } catch (const HarnessError&) {
  }
  return ids;
}

bool holds(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// What a file says of other files. Fails: HarnessError with its line.
void check_references(const FixtureModel& model, const std::vector<std::string>& ids,
                      const std::vector<std::string>& prompts) {
  const auto unknown = std::find_if(model.prompts.begin(), model.prompts.end(),
                                    [&](const std::string& id) { return !prompts.empty() && !holds(prompts, id); });
  const bool lost_fallback = !model.fallback.empty() && !holds(ids, model.fallback);
  if (!lost_fallback && unknown == model.prompts.end()) return;
  const toml::table parsed = parse_toml_file(model.file);
  const TomlTable table(parsed, model.file);
  if (lost_fallback) table.fail_at_word("fallback", "the id of another model", model.fallback, ids);
  table.fail_at_word("prompts", "ids of prompts", *unknown, prompts);
}

FixtureModel broken_model(const fs::path& file, const HarnessError& error) {
  FixtureModel broken;
  broken.id = file.stem().string();
  broken.file = file;
  broken.unreadable = error.what();
  return broken;
}

}  // namespace

std::string_view to_string(Expectation::Kind kind) {
  switch (kind) {
    case Expectation::Kind::works:
      return "works";
    case Expectation::Kind::fails:
      return "fails";
    case Expectation::Kind::unknown:
      break;
  }
  return "unknown";
}

FixtureModel load_fixture_model(const fs::path& file) {
  const toml::table parsed = parse_toml_file(file);
  TomlTable table(parsed, file);
  FixtureModel model;
  model.id = file.stem().string();
  model.file = file;
  model.repo = table.required_text("repo");
  if (std::count(model.repo.begin(), model.repo.end(), '/') != 1) table.fail("repo", "`org/name`");
  model.aliases = table.texts("aliases");
  model.revision = table.text("revision");
  model.format = table.text("format");
  model.family = table.text("family");
  model.bytes = table.number("bytes");
  read_architecture(table, model);
  model.built_in_card = table.flag("built_in_card", false);
  model.card_states_kv_heads = table.flag("card_states_kv_heads", true);
  model.stage_from = table.texts("stage_from");
  model.prompts = table.texts("prompts");
  model.source = table.text("source");
  model.licence = table.text("licence");
  model.makes_sense = table.flag("makes_sense", true);
  model.on_default_fake = table.flag("on_default_fake", false);
  model.fallback = table.text("fallback");
  read_expectations(table, model);
  table.expect_no_other_keys();
  return model;
}

std::vector<FixtureModel> load_fixture_models(const fs::path& folder) {
  std::vector<FixtureModel> models;
  for (const fs::path& file : toml_files(folder)) {
    try {
      models.push_back(load_fixture_model(file));
    } catch (const HarnessError& error) {
      models.push_back(broken_model(file, error));
    }
  }
  const std::vector<std::string> ids = names_of(models), prompts = prompt_ids(folder);
  for (FixtureModel& model : models) {
    try {
      check_references(model, ids, prompts);
    } catch (const HarnessError& error) {
      model = broken_model(model.file, error);
    }
  }
  return models;
}

const FixtureModel* fixture_model_called(const std::vector<FixtureModel>& models, std::string_view name) {
  const auto found = std::find_if(models.begin(), models.end(), [&](const auto& m) { return is_called(m, name); });
  return found == models.end() ? nullptr : &*found;
}

const FixtureModel& find_fixture_model(const std::vector<FixtureModel>& models, std::string_view name) {
  if (const FixtureModel* found = fixture_model_called(models, name)) return *found;
  const std::vector<std::string> nearest = nearest_names(name, names_of(models));
  throw UsageError(format("no fixture model is called `{}`", printable(name)),
                   models.empty()    ? "there is no fixture model at all: see EXO_HARNESS_FIXTURES"
                   : nearest.empty() ? "`exo-harness models list` shows all"
                                     : "did you mean " + join(nearest, ", ") + "? `exo-harness models list` shows all");
}

void PrintTo(const FixtureModel& model, std::ostream* os) {
  *os << model.id << (model.unreadable.empty() ? " (" + model.repo + ")" : " (unreadable: " + model.unreadable + ")");
}

}  // namespace exo_harness::model

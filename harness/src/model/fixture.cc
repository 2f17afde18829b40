#include "exo_harness/model/fixture.h"

#include <algorithm>
#include <cstdlib>
#include <ostream>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "toml_table.h"

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
  expectation.phase = table.text("phase");
  expectation.signature = table.text("signature");
  expectation.reason = table.text("reason");
  expectation.versions = table.text("versions");
  expectation.expires = table.text("expires");
  table.expect_no_other_keys();
  const bool fails = expectation.kind == Expectation::Kind::fails;
  if (fails && expectation.phase.empty()) table.fail("phase", "the phase in which it fails");
  if (fails && expectation.signature.empty() && expectation.reason.empty())
    table.fail("signature", "a text or a reason");
  return expectation;
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
  for (auto& [name, expectation] : table.tables("expect")) model.placements[name] = read_expectation(expectation);
  table.expect_no_other_keys();
  return model;
}

std::vector<FixtureModel> load_fixture_models(const fs::path& folder) {
  std::vector<FixtureModel> models;
  for (const fs::path& file : toml_files(folder)) {
    try {
      models.push_back(load_fixture_model(file));
    } catch (const HarnessError& error) {
      FixtureModel broken;
      broken.id = file.stem().string();
      broken.file = file;
      broken.unreadable = error.what();
      models.push_back(std::move(broken));
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

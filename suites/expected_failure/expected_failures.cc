#include "expected_failures.h"

#include <algorithm>

#include "exo_harness/model/fixture/fixture.h"

namespace exo_harness::suites {
namespace {

using model::Expectation;

bool is_made_to_fail(const model::FixtureModel& model) {
  return !model.placements.empty() &&
         std::all_of(model.placements.begin(), model.placements.end(),
                     [](const auto& entry) { return entry.second.kind == Expectation::Kind::fails; });
}

bool is_selected(const model::FixtureModel& model, const gtest::Selection& selected) {
  return std::find(selected.models.begin(), selected.models.end(), model.id) != selected.models.end();
}

}  // namespace

std::vector<gtest::Scenario> expected_failures() {
  std::vector<gtest::Scenario> expected;
  const gtest::Selection selected = gtest::selection();
  for (const model::FixtureModel& model : model::load_fixture_models(model::fixtures_folder() / "models")) {
    if (!is_selected(model, selected) && !is_made_to_fail(model)) continue;
    for (const auto& [name, expectation] : model.placements) {
      const auto mode = exo::parse_short_name(name);
      if (mode && expectation.kind == Expectation::Kind::fails) expected.push_back({model, *mode});
    }
  }
  return expected;
}

model::FixtureModel control_of(const gtest::Scenario& scenario) {
  const auto models = model::load_fixture_models(model::fixtures_folder() / "models");
  const auto selected = gtest::selection().models;
  const std::string fallback = scenario.model.fallback;
  return model::find_fixture_model(models, fallback.empty() && !selected.empty() ? selected.front() : fallback);
}

}  // namespace exo_harness::suites

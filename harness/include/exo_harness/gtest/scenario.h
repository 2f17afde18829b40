#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "exo_harness/exo/mode.h"
#include "exo_harness/exo/state.h"
#include "exo_harness/model/fixture/fixture.h"

namespace exo_harness::gtest {

/// A fixture model in one placement: what suites are parameterised over.
struct Scenario {
  model::FixtureModel model;
  exo::Mode mode;
};

/// `llama_3_2_1b_tensor_2`: GoogleTest allows letters, digits and underscores.
std::string name_of(const Scenario& scenario);
std::string scenario_name(const testing::TestParamInfo<Scenario>& info);
void PrintTo(const Scenario& scenario, std::ostream* os);

/// What to test with: ids of fixture models, short names of modes, number of nodes.
struct Selection {
  std::vector<std::string> models, placements;
  int nodes = 0;
};

/// From EXO_HARNESS_MODELS, EXO_HARNESS_PLACEMENTS (commas between) and EXO_HARNESS_NODES; what is not set there from
/// the file that EXO_HARNESS_CLUSTER names, else from the default spec `fake-2`. Reads files only.
Selection selection();

using ScenarioFilter = std::function<bool(const Scenario&)>;

/// Each selected model in each selected placement that `filter` takes. A fixture that cannot be read, or that does not
/// exist, is one scenario that fails with the reason: the list never throws.
std::vector<Scenario> scenarios(const ScenarioFilter& filter = {});

bool is_tensor(const Scenario& scenario);
bool is_distributed(const Scenario& scenario);

/// Why the scenario says nothing on that cluster (model not staged, too few nodes, no RDMA); nothing when it applies.
std::optional<std::string> why_not_applicable(const Scenario& scenario, const exo::State& state);

/// Why the fixture says that it will not work on that generation; nothing when it may work.
std::optional<std::string> why_expected_to_fail(const Scenario& scenario, exo::Generation generation);

}  // namespace exo_harness::gtest

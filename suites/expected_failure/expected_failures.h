#pragma once

#include <vector>

#include "exo_harness/gtest/scenario.h"

namespace exo_harness::suites {

/// What fixtures expect to fail: each such placement of a selected model, and of each model that was made to
/// fail (all that its fixture says of it is failures). Reads files only.
std::vector<gtest::Scenario> expected_failures();

/// The model that must work afterwards: the fallback of the scenario's fixture, else the first that is selected.
/// Fails: UsageError when there is none.
model::FixtureModel control_of(const gtest::Scenario& scenario);

}  // namespace exo_harness::suites

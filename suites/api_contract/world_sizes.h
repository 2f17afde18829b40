#pragma once

#include <string>
#include <vector>

#include "exo_harness/gtest/scenario.h"

namespace exo_harness::suites {

constexpr auto kNotRecorded = "this generation of Exo was not recorded: nothing is known to hold of it";

/// For each selected model the first selected placement on one node and the first on several: the API does not depend
/// on more than that. Reads files only.
std::vector<gtest::Scenario> one_per_world_size();

/// What Exo calls the first selected model.
std::string selected_model();

}  // namespace exo_harness::suites

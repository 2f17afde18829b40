#include "world_sizes.h"

#include <set>
#include <utility>

namespace exo_harness::suites {

std::vector<gtest::Scenario> one_per_world_size() {
  std::set<std::pair<std::string, bool>> taken;
  return gtest::scenarios([&taken](const gtest::Scenario& scenario) {
    return taken.insert({scenario.model.id, gtest::is_distributed(scenario)}).second;
  });
}

std::string selected_model() {
  const auto all = gtest::scenarios();
  return all.empty() ? "" : all.front().model.repo;
}

}  // namespace exo_harness::suites

// A runner dies; its node, and the cluster, live on. Source: contract 11.
#include <gtest/gtest.h>

#include "breakable.h"

namespace exo_harness::suites {
namespace {

using cluster::FaultVerb;

class KilledRunner : public BreakableTest {};

TEST_P(KilledRunner, LeavesAnInstanceThatAnswersAgainOrIsGone) {
  if (const auto why = why_not({FaultVerb::kill_runner})) GTEST_SKIP() << *why;
  const std::string node = placed().instance.ranks.back().node_id;
  std::size_t index = 0;
  while (cluster().nodes()[index].id != node) ++index;

  ASSERT_TRUE(broke(FaultVerb::kill_runner, index));

  // Its replacement may be ready between two looks; then the events tell of its death.
  EXPECT_TRUE(time_until("noticed", 0, limits_.noticed, [&](const exo::State& state) {
    const auto instance = state.instances.find(placed().instance.id);
    return instance == state.instances.end() || !state.is_ready(instance->second) ||
           !cluster().look_back(placed().instance.id).empty();
  })) << "the killed runner still reads ready";
  expect_usable();
  expect_nothing_stale();
}

INSTANTIATE_TEST_SUITE_P(Scenarios, KilledRunner, testing::ValuesIn(breakable_scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

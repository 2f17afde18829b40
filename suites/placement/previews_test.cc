// What is offered is what can be placed. Source: contract 4.
#include <algorithm>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"

namespace exo_harness::gtest {
namespace {

using namespace std::chrono_literals;

class Previews : public ScenarioTest {
 protected:
  void SetUp() override {
    ScenarioTest::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    if (const auto why = why_expected_to_fail(scenario(), cluster().generation())) GTEST_SKIP() << *why;
  }
  exo::PlacementRequest request() const {
    return {scenario().model.repo, scenario().mode.sharding, scenario().mode.comm, scenario().mode.world_size};
  }
  std::vector<exo::Preview> previews() {
    const auto all = cluster().client().previews(scenario().model.repo, Deadline::after(10s));
    EXPECT_THAT(all, IsOk());
    return all ? *all : std::vector<exo::Preview>();
  }
};

bool offers(const exo::Preview& preview, const exo::Mode& mode) {
  if (!preview.instance) return false;
  const auto proven = exo::proven_mode(*preview.instance);
  return proven && *proven == mode;
}

QUICK_TEST_P(Previews, OfferTheMode) {
  const auto all = previews();

  EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const auto& p) { return offers(p, scenario().mode); }))
      << "no preview is " << exo::to_string(scenario().mode) << ": " << testing::PrintToString(all);
}

QUICK_TEST_P(Previews, AgreeWithTheDryRun) {
  const auto dry_run = cluster().client().preview_placement(request(), Deadline::after(10s));

  ASSERT_THAT(dry_run, IsOk());
  EXPECT_THAT(*dry_run, HasMode(scenario().mode));
}

QUICK_TEST_P(Previews, NameOnlyNodesOfTheCluster) {
  const exo::State state = state_now();

  for (const exo::Preview& preview : previews()) {
    if (!preview.instance) continue;
    for (const exo::Rank& rank : preview.instance->ranks) {
      EXPECT_TRUE(state.has_node(rank.node_id)) << "a preview puts rank " << rank.shard.rank << " on " << rank.node_id;
    }
  }
}

// Exo looks at the memory of all nodes of a placement together (contract 4), so a bound is known of the sum only.
QUICK_TEST_P(Previews, OfferOnlyWhatCanBe) {
  const exo::State state = state_now();

  for (const exo::Preview& preview : previews()) {
    if (!preview.instance) continue;
    SCOPED_TRACE(testing::PrintToString(preview));
    EXPECT_THAT(exo::proven_mode(*preview.instance), IsOk());
    EXPECT_LE(preview.instance->ranks.size(), state.nodes.size());
    std::uint64_t wanted = 0, there = 0;
    for (const auto& [node, bytes] : preview.memory_delta_by_node) {
      const auto facts = state.facts.find(node);
      if (facts == state.facts.end() || !facts->second.memory) continue;
      wanted += bytes;
      there += facts->second.memory->ram_total;
    }
    EXPECT_LE(wanted, there) << "bytes that it wants of nodes that have so many";
  }
}

QUICK_TEST_P(Previews, HaveAnInstanceOrAReason) {
  for (const exo::Preview& preview : previews()) {
    EXPECT_NE(preview.instance.has_value(), !preview.error.empty()) << testing::PrintToString(preview);
  }
}

TEST_P(Previews, CreateNothing) {
  const auto before = state_now().instances.size();

  ASSERT_THAT(cluster().client().preview_placement(request(), Deadline::after(10s)), IsOk());

  EXPECT_EQ(state_now().instances.size(), before);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Previews, testing::ValuesIn(scenarios()), scenario_name);

}  // namespace
}  // namespace exo_harness::gtest

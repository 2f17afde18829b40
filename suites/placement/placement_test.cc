// A placement becomes what was asked for, everywhere, and a delete frees it. Source: contract 4, 5.
#include <optional>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/gtest/answer_matchers.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"
#include "exo_harness/gtest/run.h"

namespace exo_harness::gtest {
namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::Eq;
using testing::HasSubstr;

class Placement : public PlacedTest {};

QUICK_TEST_P(Placement, BecomesTheModeThatWasAskedFor) {
  EXPECT_THAT(placed().instance, HasMode(scenario().mode));
}

QUICK_TEST_P(Placement, IsReadyOnEveryRank) {
  const exo::State state = state_now();

  ASSERT_EQ(state.instances.count(placed().instance.id), 1u);
  EXPECT_TRUE(state.is_ready(state.instances.at(placed().instance.id)));
}

QUICK_TEST_P(Placement, NeedsNoSecondStartOfItsRunners) {
  EXPECT_EQ(placed().restarts, 0);
}

QUICK_TEST_P(Placement, PutsEachRankOnANodeOfItsOwn) {
  const exo::State state = state_now();
  std::set<std::string> nodes, runners;

  for (const exo::Rank& rank : placed().instance.ranks) {
    EXPECT_TRUE(state.has_node(rank.node_id)) << "rank " << rank.shard.rank << " is on " << rank.node_id;
    nodes.insert(rank.node_id);
    runners.insert(rank.runner_id);
  }
  EXPECT_EQ(static_cast<int>(nodes.size()), scenario().mode.world_size);
  EXPECT_EQ(static_cast<int>(runners.size()), scenario().mode.world_size);
}

QUICK_TEST_P(Placement, IsOfTheModelThatWasAskedFor) {
  EXPECT_EQ(placed().instance.model_id, scenario().model.repo);
  for (const exo::Rank& rank : placed().instance.ranks) EXPECT_EQ(rank.shard.model_id, scenario().model.repo);
}

QUICK_TEST_P(Placement, KnowsTheLayersOfTheModel) {
  if (scenario().model.layers == 0) GTEST_SKIP() << "the fixture does not say how many layers there are";

  for (const exo::Rank& rank : placed().instance.ranks) EXPECT_EQ(rank.shard.layers, scenario().model.layers);
}

QUICK_TEST_P(Placement, IsShownByEveryApi) {
  for (std::size_t i = 0; i < cluster().nodes().size(); ++i) {
    const auto shown = [&] {
      const auto state = cluster().client(i).state(Deadline::after(5s));
      return state && state->instances.count(placed().instance.id) == 1;
    };
    EXPECT_TRUE(wait_until(Deadline::after(5s), 100ms, shown)) << cluster().nodes()[i].api;
  }
}

QUICK_TEST_P(Placement, AnswersTheSameThroughEveryApi) {
  std::optional<exo::ChatAnswer> first;
  for (std::size_t i = 0; i < cluster().nodes().size(); ++i) {
    const auto answer = cluster().client(i).chat(ask("Hello", 16), Deadline::after(cluster().spec().limits.generate));
    ASSERT_THAT(answer, IsOk()) << "through " << cluster().nodes()[i].api;
    EXPECT_FALSE(answer->finish_reason.empty()) << "through " << cluster().nodes()[i].api;
    if (!first) first = *answer;
    EXPECT_THAT(*answer, SaysTheSameAs(*first)) << "through " << cluster().nodes()[i].api;
  }
}

QUICK_TEST_P(Placement, IsGoneEverywhereAfterItsDeletion) {
  const std::string id = placed().instance.id;

  remove_placed_instance();

  for (std::size_t i = 0; i < cluster().nodes().size(); ++i) {
    const auto state = cluster().client(i).state(Deadline::after(10s));
    ASSERT_THAT(state, IsOk());
    EXPECT_EQ(state->instances.count(id), 0u) << cluster().nodes()[i].api << " still shows it";
  }
}

QUICK_TEST_P(Placement, IsRefusedToThoseWhoAskItAfterItsDeletion) {
  remove_placed_instance();

  EXPECT_THAT(client().chat(ask("Hello", 4), Deadline::after(10s)),
              FailsWith(FailureKind::refused, HasSubstr("No instance found")));
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Placement, testing::ValuesIn(scenarios()), scenario_name);

}  // namespace
}  // namespace exo_harness::gtest

int main(int argc, char** argv) {
  return exo_harness::gtest::run(argc, argv);
}

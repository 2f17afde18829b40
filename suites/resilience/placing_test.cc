// Placements at the wrong moment: asked while a node is away, or twice at once. Source: contract 4, 11.
#include <future>

#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/node_logs.h"

#include "breakable.h"

namespace exo_harness::suites {
namespace {

using cluster::FaultVerb;

constexpr milliseconds kToBePlaced{3000};

/// What its requests make is its own, and goes with it.
class PlacingTest : public BreakableTest {
 protected:
  void TearDown() override {
    if (const auto state = cluster().state()) {
      for (const exo::Instance& instance : instances_of_the_model(*state))
        if (cluster().is_ours(instance.id)) static_cast<void>(cluster().remove(instance.id));
    }
    BreakableTest::TearDown();
  }
  std::vector<exo::Instance> taken_as_ours(const exo::State& state) {
    const auto instances = instances_of_the_model(state);
    for (const exo::Instance& instance : instances) cluster().take_as_ours(instance.id);
    return instances;
  }
  /// Looks on for a while: the first instances of the model that `witness` shows, ours from then on; empty: none.
  std::string placed_meanwhile(std::size_t witness) {
    std::string placed = "no state of " + cluster().nodes()[witness].api;
    wait_until(Deadline::after(lasting(kToBePlaced)), milliseconds(100), [&] {
      const auto state = cluster().client(witness).state(Deadline::after(kToBePlaced));
      if (!state) return false;
      placed.clear();
      for (const exo::Instance& instance : taken_as_ours(*state)) placed += "instance " + instance.id + " ";
      return !placed.empty();
    });
    return placed;
  }
};

class LateNode : public PlacingTest {};

// Exo says 200 to such a placement and forgets it: what it must not do is to place it on fewer nodes, or half of it
// once the node is there.
TEST_P(LateNode, MakesNoHalfInstanceOfAPlacementThatWasAskedBefore) {
  if (const auto why = why_not({FaultVerb::kill_node, FaultVerb::start_node})) GTEST_SKIP() << *why;
  if (!gtest::is_distributed(scenario())) GTEST_SKIP() << "one rank: no node is missing for it";
  const auto late = follower();
  if (!late) GTEST_SKIP() << "which node is not the master is not known: no log of the nodes is within reach";
  const std::size_t witness = witness_of(*late);
  ASSERT_TRUE(broke(FaultVerb::kill_node, *late));
  ASSERT_TRUE(is_noticed(*late)) << not_noticed();
  expect_instance_deleted(witness);
  if (HasFailure()) return;

  const auto asked = ask_to_place(witness);
  RecordProperty("asked_without_the_node", asked ? "received" : to_string(asked.failure()));
  // Where nobody took the request, it proves nothing that nothing came of it.
  ASSERT_TRUE(asked || exo::is_refusal(asked.failure()))
      << "neither received nor refused: " << to_string(asked.failure());
  EXPECT_EQ(placed_meanwhile(witness), "") << "placed on fewer nodes than were asked for";

  ASSERT_TRUE(broke(FaultVerb::start_node, *late));
  expect_whole();
  if (HasFailure()) return;
  EXPECT_EQ(placed_meanwhile(witness), "") << "came of a placement that was asked before the node was there";
  if (HasFailure()) return;
  expect_usable();
  expect_nothing_stale();
}

class DoublePlacement : public PlacingTest {
 protected:
  /// What two nodes answer that are asked at once.
  void ask_twice() {
    const std::size_t last = cluster().nodes().size() - 1;
    begin();
    auto other = std::async(std::launch::async, [this, last] { return ask_to_place(last); });
    const auto one = ask_to_place(0);
    ASSERT_THAT(one, gtest::IsOk());
    ASSERT_THAT(other.get(), gtest::IsOk());
  }
  /// All instances of the model, ready; else what is there.
  bool are_ready(std::size_t wanted, std::string& seen) {
    return time_until("ready", 0, limits_.usable, [&](const exo::State& state) {
      const auto instances = taken_as_ours(state);
      std::size_t ready = 0;
      for (const exo::Instance& instance : instances)
        if (state.is_ready(instance)) ++ready;
      seen = format("{} instances, {} of them ready", instances.size(), ready);
      return ready == wanted && instances.size() == wanted;
    });
  }
  void expect_the_same_answer(const std::string& wanted, const char* when) {
    const auto answer = client().chat(ask("Hello", 8), Deadline::after(cluster().spec().limits.generate));
    ASSERT_THAT(answer, gtest::IsOk()) << when;
    EXPECT_EQ(answer->content, wanted) << when;
  }
};

// Exo takes no second placement for the first one: both are made, and each is a whole one (contract 4).
TEST_P(DoublePlacement, MakesTwoInstancesThatAnswerAndGoOneByOne) {
  const auto before = client().chat(ask("Hello", 8), Deadline::after(cluster().spec().limits.generate));
  ASSERT_THAT(before, gtest::IsOk());
  note_deleted(placed().instance.id);
  ASSERT_THAT(cluster().remove(placed().instance.id), gtest::IsOk());

  ask_twice();
  if (HasFatalFailure()) return;
  std::string seen;
  ASSERT_TRUE(are_ready(2, seen)) << "two placements were received, " << seen;

  for (int i = 0; i < 4; ++i) expect_the_same_answer(before->content, "of two instances");
  const auto both = instances_of_the_model(state_now());
  ASSERT_EQ(both.size(), 2u);
  note_deleted(both[0].id);
  ASSERT_THAT(cluster().remove(both[0].id), gtest::IsOk());
  const auto left = instances_of_the_model(state_now());
  ASSERT_TRUE(left.size() == 1 && left[0].id == both[1].id)
      << "of two instances one was deleted, and " << left.size() << " are left";
  expect_the_same_answer(before->content, "of the one that is left");
  note_deleted(both[1].id);
  EXPECT_THAT(cluster().remove(both[1].id), gtest::IsOk());
  begin();
  EXPECT_TRUE(time_until("gone", 0, limits_.instance_gone, [&](const exo::State& state) {
    return instances_of_the_model(state).empty();
  })) << "an instance that was deleted is still there";
  expect_nothing_stale();
}

INSTANTIATE_TEST_SUITE_P(Scenarios, LateNode, testing::ValuesIn(breakable_scenarios()), gtest::scenario_name);
INSTANTIATE_TEST_SUITE_P(Scenarios, DoublePlacement, testing::ValuesIn(breakable_scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/cluster/state_diff.h"
#include "exo_harness/cluster/watcher.h"
#include "exo_harness/journal/journal.h"

#include "http/scripted_server.h"
#include "state_builder.h"

namespace exo_harness::cluster {
namespace {

using journal::StateChange;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::IsEmpty;

TEST(TheChangesBetweenTwoStates, AreNoneWhenNothingChanged) {
  EXPECT_THAT(changes_between(whole_state({"aa", "bb"}), whole_state({"aa", "bb"})), IsEmpty());
}

TEST(TheChangesBetweenTwoStates, TellOfANodeThatLeftWithItsEdges) {
  const auto changes = changes_between(whole_state({"aa", "bb"}), whole_state({"aa"}));

  EXPECT_THAT(changes, Contains(AllOf(Field(&StateChange::part, "node"), Field(&StateChange::subject, "bb"),
                                      Field(&StateChange::from, "present"), Field(&StateChange::to, ""))));
  EXPECT_THAT(changes, Contains(AllOf(Field(&StateChange::part, "edge"), Field(&StateChange::subject, "bb>aa"))));
}

TEST(TheChangesBetweenTwoStates, TellWhyARunnerFailedAndWhichRankItWas) {
  exo::State before = whole_state({"aa", "bb"});
  before.instances["i"] = tensor_instance("i", "m", {"aa", "bb"});
  set_runner(before, "r0", exo::RunnerPhase::loading);
  set_runner(before, "r1", exo::RunnerPhase::loading);
  exo::State after = before;
  set_runner(after, "r1", exo::RunnerPhase::failed, "boom");

  const auto changes = changes_between(before, after);

  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].from, "RunnerLoading");
  EXPECT_EQ(changes[0].to, "RunnerFailed");
  EXPECT_EQ(changes[0].detail, "boom");
  EXPECT_EQ(changes[0].rank, 1);
  EXPECT_EQ(changes[0].node, "bb");
  EXPECT_EQ(changes[0].instance, "i");
}

// What is journaled of one look stays small, and says that it is not all.
TEST(TheChangesBetweenTwoStates, AreTheFirstFewHundredOfACrowd) {
  exo::State crowd;
  for (int i = 0; i < 100'000; ++i) crowd.nodes.push_back(std::to_string(i));

  const auto changes = changes_between(exo::State(), crowd);

  ASSERT_EQ(changes.size(), 201u);
  EXPECT_EQ(changes.back().part, "left out");
  EXPECT_EQ(changes.back().subject, "node");
  EXPECT_EQ(changes.back().to, "99800 more changes");
}

TEST(RunnersOfDeletedInstances, AreNoChange) {
  exo::State after = whole_state({"aa"});
  set_runner(after, "r9", exo::RunnerPhase::ready);

  EXPECT_THAT(changes_between(whole_state({"aa"}), after), IsEmpty());
}

TEST(ThePauseBetweenSamples, IsShortWhileSomethingMoves) {
  const WatchPace pace;

  EXPECT_LE(next_pause(pace, milliseconds(10), milliseconds(0), milliseconds(1000)) + milliseconds(10),
            milliseconds(100));
}

TEST(ThePauseBetweenSamples, NeverTakesMoreThanItsShareOfTheNode) {
  const WatchPace pace;

  for (const int cost : {1, 25, 100, 3000}) {
    const auto pause = next_pause(pace, milliseconds(cost), milliseconds(0), milliseconds(80));
    EXPECT_LE(cost, 0.21 * static_cast<double>(cost + pause.count())) << cost << " ms a sample";
  }
}

TEST(ThePauseBetweenSamples, GrowsToASecondWhenNothingMoves) {
  const WatchPace pace;
  milliseconds pause = pace.fast;

  for (int i = 0; i < 10; ++i) pause = next_pause(pace, milliseconds(5), milliseconds(60000), pause);

  EXPECT_EQ(pause, milliseconds(1000));
}

TEST(AWatcher, TakesNoSampleWhileItRests) {
  std::atomic<int> asked{0};
  http::ScriptedServer server([&](http::Connection& c) {
    while (!c.read_request().empty()) {
      ++asked;
      c.reply("{}");
    }
  });
  const Deadline limit = Deadline::after(std::chrono::seconds(20));
  Watcher watcher(server.url(), journal::Journal::none(), {milliseconds(1), milliseconds(1), 1, milliseconds(1)});
  ASSERT_TRUE(wait_until(limit, milliseconds(1), [&] { return asked >= 3; }));
  int before = 0;
  {
    const Watcher::Rest rest(watcher);
    before = asked;
    EXPECT_FALSE(watcher.fresh(Deadline::after(milliseconds(100))).ok()) << "not even one that is asked for";
    EXPECT_EQ(asked, before);
  }
  EXPECT_TRUE(wait_until(limit, milliseconds(1), [&] { return asked > before; }));
}

}  // namespace
}  // namespace exo_harness::cluster

#include "gate/interleave.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gate/made_run_test.h"

namespace exo_harness::tools {
namespace {

using exo_reports::GateVerdict;
using exo_reports::made_run;
using exo_reports::MadeRun;
using testing::ElementsAre;

// Plays clusters: each turn is a run made by `make`.
struct Played {
  std::vector<Turn> turns;
  Interleaved seen;
};
Played play(const std::function<void(const Turn&, MadeRun&)>& make, std::size_t most = 10,
            const exo_reports::GateOptions& rules = {}) {
  Played played;
  const RunTurn run = [&](const Turn& turn) {
    const int number = static_cast<int>(played.turns.size());
    MadeRun made = made_run(std::to_string(number)).at(number);
    make(turn, made);
    played.turns.push_back(turn);
    return made.run();
  };
  played.seen = interleave(run, {{"inference"}, 2, most}, rules);
  return played;
}

void measure(MadeRun& run, double tps) {
  static int number = 0;
  run.block(tps * (1 + 0.004 * (number++ % 3)));
}

TEST(Interleave, GoesByTurnsAndStopsWhenItIsDecided) {
  const Played played = play([](const Turn&, MadeRun& run) { measure(run, 100); });

  EXPECT_EQ(played.seen.result.verdict, GateVerdict::pass) << played.seen.result.sentence;
  EXPECT_TRUE(played.seen.result.interleaved);
  std::string order;
  for (const Turn& turn : played.turns) order += turn.is_candidate ? 'B' : 'A';
  EXPECT_EQ(order, "ABBAABBAAB");
  EXPECT_THAT(played.turns[0].suites, ElementsAre("performance", "inference"));
  EXPECT_THAT(played.turns[1].suites, ElementsAre("performance", "inference"));
  EXPECT_THAT(played.turns[3].suites, ElementsAre("performance", "inference"));
  EXPECT_THAT(played.turns[4].suites, ElementsAre("performance"));
}

TEST(Interleave, ASlowdownGetsItsSecondStage) {
  const Played played = play([](const Turn& turn, MadeRun& run) { measure(run, turn.is_candidate ? 88 : 100); });
  EXPECT_EQ(played.turns.size(), 20u);
  EXPECT_EQ(played.seen.result.verdict, GateVerdict::fail) << played.seen.result.sentence;
}

TEST(Interleave, BlocksThatAreNotValidAreMeasuredAgain) {
  const auto busy = [](int share) {
    return play([share, number = 0](const Turn&, MadeRun& run) mutable {
      measure(run, 100);
      std::get<journal::BlockMeasured>(run.bodies.back()).valid = number++ % 4 >= share;
    });
  };
  EXPECT_EQ(busy(2).turns.size(), 20u);  // Every other round: five valid blocks a side after ten.
  EXPECT_EQ(busy(2).seen.result.verdict, GateVerdict::pass);
  const Played slow = play([number = 0](const Turn& turn, MadeRun& run) mutable {
    measure(run, turn.is_candidate ? 88 : 100);
    std::get<journal::BlockMeasured>(run.bodies.back()).valid = number++ % 4 >= 2;
  });
  EXPECT_EQ(slow.turns.size(), 40u);  // Ten valid ones, to be sure.
  EXPECT_EQ(slow.seen.result.verdict, GateVerdict::fail) << slow.seen.result.sentence;
  const Played never = busy(4);
  EXPECT_EQ(never.turns.size(), 20u);
  EXPECT_EQ(never.seen.result.verdict, GateVerdict::inconclusive);
}

TEST(Interleave, WhatCannotBeComparedIsNotMeasuredTenTimes) {
  const Played played = play([](const Turn& turn, MadeRun& run) {
    measure(run, 100);
    if (turn.is_candidate) run.node("n3");
  });
  EXPECT_EQ(played.turns.size(), 2u);
  EXPECT_EQ(played.seen.result.verdict, GateVerdict::incomparable);
}

TEST(Interleave, TestsThatFailAtTimesAreRunAgainOnBothBuilds) {
  int asked = 0;
  const Played played = play([&](const Turn& turn, MadeRun& run) {
    if (turn.suites.front() == "performance") measure(run, 100);
    const bool fails = turn.is_candidate && asked++ % 2 == 0;  // Half of the time.
    run.test("A.Half", fails ? "failed" : "passed");
  });

  EXPECT_EQ(played.seen.result.verdict, GateVerdict::fail) << played.seen.result.sentence;
  EXPECT_EQ(played.seen.result.reasons.front().rule, "test.new_flake");
  ASSERT_EQ(played.turns.size(), 10u + 20u);
  EXPECT_EQ(played.turns.back().filter, "A.Half");
}

TEST(Interleave, AFlakeOfBothBuildsIsNone) {
  int asked = 0;
  const Played played = play([&](const Turn&, MadeRun& run) {
    measure(run, 100);
    run.test("A.Half", asked++ % 4 < 2 ? "failed" : "passed");
  });
  EXPECT_EQ(played.seen.result.verdict, GateVerdict::pass) << played.seen.result.sentence;
}

}  // namespace
}  // namespace exo_harness::tools

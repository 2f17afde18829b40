#include "exo_harness/exo/runner_failures.h"

#include <gtest/gtest.h>

#include "exo_harness/exo/rank_progress.h"

namespace exo_harness::exo {
namespace {

class Failures : public testing::Test {
 protected:
  Failures() {
    instance_.id = "i";
    instance_.ranks.resize(2);
    for (int rank = 0; rank < 2; ++rank) {
      instance_.ranks[static_cast<std::size_t>(rank)].runner_id = "r" + std::to_string(rank);
      instance_.ranks[static_cast<std::size_t>(rank)].node_id = "n" + std::to_string(rank);
      instance_.ranks[static_cast<std::size_t>(rank)].shard.rank = rank;
    }
  }
  std::size_t see(RunnerPhase first, RunnerPhase second, const std::string& said = "") {
    State state;
    state.runners["r0"].phase = first;
    state.runners["r1"].phase = second;
    state.runners["r0"].error_message = state.runners["r1"].error_message = said;
    return failures_.see(state, instance_);
  }

  Instance instance_;
  RunnerFailures failures_;
};

constexpr auto kFailed = RunnerPhase::failed, kReadyRunner = RunnerPhase::ready;

TEST_F(Failures, AreKeptOnceHoweverLongTheyShow) {
  EXPECT_EQ(see(kReadyRunner, kReadyRunner), 0u);
  EXPECT_EQ(see(kReadyRunner, kFailed, "torn"), 1u);
  EXPECT_EQ(see(kReadyRunner, kFailed, ""), 0u) << "Exo overwrites the text";

  ASSERT_EQ(failures_.all().size(), 1u);
  EXPECT_EQ(failures_.all()[0].text, "torn");
  EXPECT_EQ(failures_.all()[0].rank, 1);
  EXPECT_EQ(failures_.all()[0].node_id, "n1");
  EXPECT_EQ(failures_.all()[0].instance_id, "i");
}

TEST_F(Failures, SayAllThatTheRunnerSaid) {
  State state;
  state.runners["r1"].phase = kFailed;
  state.runners["r1"].error_message = "died";
  state.runners["r1"].diagnostics = {"Runner error: torn", "last log line"};
  failures_.see(state, instance_);
  ASSERT_EQ(failures_.all().size(), 1u);
  EXPECT_EQ(failures_.all()[0].text, "died\nRunner error: torn\nlast log line");
}

TEST_F(Failures, OfTheOtherRankBelongToTheSameRound) {
  see(RunnerPhase::loading, kFailed);
  see(kFailed, kFailed);
  EXPECT_EQ(failures_.rounds(), 1);
  EXPECT_FALSE(failures_.any_twice());
}

TEST_F(Failures, AfterARestartBeginANewRound) {
  see(RunnerPhase::loading, kFailed);
  see(RunnerPhase::idle, RunnerPhase::idle);
  see(kFailed, RunnerPhase::loading);
  EXPECT_EQ(failures_.rounds(), 2);
  EXPECT_FALSE(failures_.any_twice()) << "each of them once";

  see(RunnerPhase::idle, RunnerPhase::idle);
  see(kFailed, RunnerPhase::loading);
  EXPECT_TRUE(failures_.any_twice());
}

// A node may name runners without end.
TEST_F(Failures, AreKeptUpToAThousand) {
  for (int i = 0; i < 1200; ++i) {
    instance_.ranks[0].runner_id = "r" + std::to_string(i);
    State state;
    state.runners[instance_.ranks[0].runner_id].phase = kFailed;
    failures_.see(state, instance_, Phase::load);
  }
  EXPECT_EQ(failures_.all().size(), 1000u);
  EXPECT_EQ(failures_.all().back().phase, Phase::load);
}

TEST_F(Failures, OfRunnersThatAreGoneAreKept) {
  see(kReadyRunner, kFailed, "torn");
  EXPECT_EQ(failures_.see(State(), instance_), 0u);
  EXPECT_EQ(failures_.all().size(), 1u);
}

TEST(RankProgress, IsThePhaseThatTheInstanceIsIn) {
  EXPECT_EQ(phase_of(RunnerPhase::idle), Phase::connect);
  EXPECT_EQ(phase_of(RunnerPhase::connected), Phase::load) << "it waits for the others, then loads";
  EXPECT_EQ(phase_of(RunnerPhase::loading), Phase::load);
  EXPECT_EQ(phase_of(RunnerPhase::loaded), Phase::warm_up);
  EXPECT_EQ(phase_of(RunnerPhase::running), kReady);
  EXPECT_EQ(phase_of(RunnerPhase::failed), std::nullopt);
  EXPECT_EQ(phase_of(RunnerPhase::shutdown), std::nullopt);
}

}  // namespace
}  // namespace exo_harness::exo

#include "exo_harness/cluster/placement_follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "state_builder.h"

namespace exo_harness::cluster {
namespace {

using exo::RunnerPhase;
using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;

class APlacement : public testing::Test {
 protected:
  void SetUp() override { state_.instances["new"] = tensor_instance("new", "m", {"aa", "bb"}); }
  void see(RunnerPhase first, RunnerPhase second, const std::string& error = "") {
    set_runner(state_, "r0", first, first == RunnerPhase::failed ? error : "");
    set_runner(state_, "r1", second, second == RunnerPhase::failed ? error : "");
    follower_.see(state_);
  }
  exo::State state_ = whole_state({"aa", "bb"});
  PlacementFollower follower_{"m", kTensor2, {"old"}};
};

TEST_F(APlacement, WithoutANewInstanceIsStillToBePlaced) {
  state_.instances.clear();
  state_.instances["old"] = tensor_instance("old", "m", {"aa", "bb"});

  follower_.see(state_);

  EXPECT_EQ(follower_.phase(), Phase::place);
  EXPECT_THAT(follower_.describe_ranks(), HasSubstr("no new instance of m"));
}

TEST_F(APlacement, OfAnotherModelIsNotOurs) {
  state_.instances["new"].model_id = "another";

  follower_.see(state_);

  EXPECT_EQ(follower_.phase(), Phase::place);
}

TEST_F(APlacement, IsWhereItsSlowestRankIs) {
  follower_.see(state_);
  EXPECT_EQ(follower_.phase(), Phase::connect);
  see(RunnerPhase::connected, RunnerPhase::connecting);
  EXPECT_EQ(follower_.phase(), Phase::connect);
  see(RunnerPhase::loading, RunnerPhase::connected);
  EXPECT_EQ(follower_.phase(), Phase::load);
  see(RunnerPhase::ready, RunnerPhase::loaded);
  EXPECT_EQ(follower_.phase(), Phase::warm_up);
  see(RunnerPhase::ready, RunnerPhase::running);
  EXPECT_EQ(follower_.phase(), kReady);
  EXPECT_FALSE(follower_.failure());
}

TEST_F(APlacement, ThatBecameAnotherModeIsAMismatch) {
  for (exo::Rank& rank : state_.instances["new"].ranks) {
    rank.shard.tag = "PipelineShardMetadata";
    rank.shard.start_layer = rank.shard.rank * 2;
    rank.shard.end_layer = rank.shard.start_layer + 2;
  }

  follower_.see(state_);

  ASSERT_TRUE(follower_.failure());
  EXPECT_EQ(follower_.failure()->kind, FailureKind::mismatch);
  EXPECT_THAT(follower_.failure()->what, HasSubstr("asked for Tensor/MlxRing/2, the instance is Pipeline/MlxRing/2"));
}

TEST_F(APlacement, ThatIsRestartedAfterOneFailureMayStillBecomeReady) {
  see(RunnerPhase::failed, RunnerPhase::failed, "boom");
  see(RunnerPhase::failed, RunnerPhase::idle, "boom");
  see(RunnerPhase::idle, RunnerPhase::idle);
  see(RunnerPhase::ready, RunnerPhase::ready);

  EXPECT_EQ(follower_.phase(), kReady);
  EXPECT_FALSE(follower_.failure());
  EXPECT_EQ(follower_.restarts(), 1);
  EXPECT_THAT(follower_.runner_failures(), SizeIs(2));
}

TEST_F(APlacement, WhoseRunnerFailsAgainAfterItsRestartHasFailed) {
  see(RunnerPhase::loading, RunnerPhase::failed, "No module named x");
  see(RunnerPhase::idle, RunnerPhase::idle);
  see(RunnerPhase::loading, RunnerPhase::failed, "No module named x");

  ASSERT_TRUE(follower_.failure());
  EXPECT_EQ(follower_.failure()->kind, FailureKind::exited);
  EXPECT_THAT(follower_.failure()->what, HasSubstr("rank 1 (node bb) failed, and again after its restart: No module"));
}

TEST_F(APlacement, FailsInThePhaseThatTheForemostRankReached) {
  see(RunnerPhase::loading, RunnerPhase::loading);
  see(RunnerPhase::failed, RunnerPhase::warming_up, "no mask");
  see(RunnerPhase::idle, RunnerPhase::warming_up);
  see(RunnerPhase::failed, RunnerPhase::warming_up, "no mask");

  ASSERT_TRUE(follower_.failure());
  EXPECT_THAT(follower_.failure()->what, testing::StartsWith("warm-up: rank 0"));
  EXPECT_EQ(follower_.phase(), Phase::warm_up);
}

TEST_F(APlacement, FailsInThePhaseThatNoRankHasLeftWhenTheOthersOnlyWaitForTheNext) {
  for (int round = 0; round < 2; ++round) {
    see(RunnerPhase::connecting, RunnerPhase::connecting);
    see(RunnerPhase::connected, RunnerPhase::failed, "errno 22");
    see(RunnerPhase::connected, RunnerPhase::idle);
  }

  ASSERT_TRUE(follower_.failure());
  EXPECT_THAT(follower_.failure()->what, testing::StartsWith("connect: rank 1"));
}

TEST_F(APlacement, NamesWhatTheRunnerRaisedNotHowItsProcessEnded) {
  const std::string text = "Terminated (exitcode=1\nRunner error: TypeError: x\nTraceback";
  see(RunnerPhase::loading, RunnerPhase::failed, text);
  see(RunnerPhase::idle, RunnerPhase::idle);
  see(RunnerPhase::loading, RunnerPhase::failed, text);

  ASSERT_TRUE(follower_.failure());
  EXPECT_THAT(follower_.failure()->what, EndsWith("again after its restart: TypeError: x"));
}

TEST_F(APlacement, WhoseInstanceVanishesKeepsTheTextThatExoDeleted) {
  see(RunnerPhase::loading, RunnerPhase::failed, "out of memory");
  state_.instances.clear();

  follower_.see(state_);

  ASSERT_TRUE(follower_.failure());
  EXPECT_EQ(follower_.failure()->kind, FailureKind::exited);
  EXPECT_THAT(follower_.failure()->what, HasSubstr("out of memory"));
}

TEST_F(APlacement, WhoseInstanceVanishesWithoutAFailureIsLost) {
  see(RunnerPhase::loading, RunnerPhase::loading);
  state_.instances.clear();

  follower_.see(state_);

  ASSERT_TRUE(follower_.failure());
  EXPECT_EQ(follower_.failure()->kind, FailureKind::vanished);
}

TEST_F(APlacement, NamesTheStateOfEachRank) {
  see(RunnerPhase::connecting, RunnerPhase::idle);

  EXPECT_THAT(follower_.describe_ranks(), HasSubstr("rank 0 (node aa): RunnerConnecting"));
  EXPECT_THAT(follower_.describe_ranks(), HasSubstr("rank 1 (node bb): RunnerIdle"));
}

}  // namespace
}  // namespace exo_harness::cluster

#include "exo_harness/cluster/request_liveness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "state_builder.h"

namespace exo_harness::cluster {
namespace {

using testing::HasSubstr;

exo::State serving() {
  exo::State state = whole_state({"aa", "bb"});
  state.instances["i"] = tensor_instance("i", "m", {"aa", "bb"});
  return state;
}

// A request of model `m`, and the states that came while it waited, a second apart.
class WaitingRequest : public testing::Test {
 protected:
  void see(const exo::State& state) { liveness_.see(state, now_ += milliseconds(1000)); }
  std::optional<Failure> why_lost(milliseconds later = RequestLiveness::kGrace) const {
    return liveness_.why_lost(now_ + later);
  }
  RequestLiveness liveness_{"m"};
  Clock::time_point now_ = Clock::now();
};

TEST_F(WaitingRequest, IsNotGivenUpWhileItsInstanceIsWhole) {
  see(serving());
  see(serving());

  EXPECT_FALSE(why_lost(milliseconds(3600000)));
}

TEST_F(WaitingRequest, IsLostWithANodeOfItsInstance) {
  see(serving());
  exo::State state = serving();
  std::erase(state.nodes, "bb");
  see(state);

  EXPECT_FALSE(why_lost(milliseconds(0))) << "Exo may end it by itself";
  ASSERT_TRUE(why_lost());
  EXPECT_EQ(why_lost()->kind, FailureKind::vanished);
  EXPECT_THAT(why_lost()->what, HasSubstr("node bb is gone"));
}

TEST_F(WaitingRequest, IsLostWhenNodeAndInstanceGoAtOnce) {
  see(serving());
  see(whole_state({"aa"}));

  ASSERT_TRUE(why_lost());
  EXPECT_THAT(why_lost()->what, HasSubstr("node bb is gone"));
}

TEST_F(WaitingRequest, CanBeAnsweredAgainWhenTheNodeComesBack) {
  see(serving());
  exo::State state = serving();
  std::erase(state.nodes, "bb");
  see(state);
  see(serving());

  EXPECT_FALSE(why_lost());
}

TEST_F(WaitingRequest, MayBeAnsweredByAnotherInstance) {
  exo::State state = serving();
  state.instances["j"] = tensor_instance("j", "m", {"aa"});
  see(state);
  std::erase(state.nodes, "bb");
  see(state);

  EXPECT_FALSE(why_lost());
}

TEST_F(WaitingRequest, IsLostWithoutItsInstance) {
  see(serving());
  see(whole_state({"aa", "bb"}));

  ASSERT_TRUE(why_lost());
  EXPECT_EQ(why_lost()->kind, FailureKind::vanished);
}

TEST_F(WaitingRequest, CrashedWhenRunnersFailedBeforeTheInstanceWent) {
  exo::State state = serving();
  set_runner(state, "r1", exo::RunnerPhase::failed, "no such keyword");
  see(state);
  see(whole_state({"aa", "bb"}));

  ASSERT_TRUE(why_lost());
  EXPECT_EQ(why_lost()->kind, FailureKind::exited);
  EXPECT_THAT(why_lost()->what, HasSubstr("rank 1 failed: no such keyword"));
}

// Exo gives the same request to the runner that it started in the place of the one that failed.
TEST_F(WaitingRequest, CrashedWhenItsRunnerFailedAgain) {
  exo::State fails = serving();
  set_runner(fails, "r1", exo::RunnerPhase::failed, "no such keyword");
  see(fails);
  see(fails);
  EXPECT_FALSE(why_lost()) << "the next runner may do better";
  see(serving());
  see(fails);

  ASSERT_TRUE(why_lost());
  EXPECT_EQ(why_lost()->kind, FailureKind::exited);
  EXPECT_THAT(why_lost()->what, HasSubstr("no such keyword, again"));
}

TEST_F(WaitingRequest, OfAModelThatNobodyServesIsNotJudged) {
  see(whole_state({"aa", "bb"}));

  EXPECT_FALSE(why_lost());
}

}  // namespace
}  // namespace exo_harness::cluster

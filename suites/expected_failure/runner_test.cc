// The prompt that makes a runner of Exo fail: what a client sees, and that the instance comes back. Source:
// contract 11.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/run.h"

namespace exo_harness::suites {
namespace {

using gtest::FailsWith;
using gtest::IsOk;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr auto kDeadlyPrompt = "EXO RUNNER MUST FAIL";
constexpr auto kRecovery = 60s;  // Contract 11: plan 30 s; the machine may be busy.

// A failed runner costs its instance starts, and too many of them delete it, so each test takes a fresh one.
class DeadlyPrompt : public gtest::PlacedTest {
 protected:
  void SetUp() override {
    gtest::remove_placed_instance();
    gtest::PlacedTest::SetUp();
  }
  void TearDown() override { gtest::remove_placed_instance(); }

  bool is_ready_again() {
    return wait_until(Deadline::after(kRecovery), 50ms, [&] {
      const auto state = cluster().state();
      if (!state || state->instances.count(placed().instance.id) == 0) return false;
      return state->is_ready(state->instances.at(placed().instance.id));
    });
  }
};

TEST_P(DeadlyPrompt, GivesAnEmptyAnswerAndNeverAGoodOne) {
  EXPECT_THAT(client().chat(ask(kDeadlyPrompt), Deadline::after(30s)),
              FailsWith(FailureKind::empty_answer, testing::_));
}

TEST_P(DeadlyPrompt, EndsAStreamWithAnErrorEvent) {
  EXPECT_THAT(client().stream_chat(ask(kDeadlyPrompt), Deadline::after(30s)),
              FailsWith(FailureKind::error_in_200, HasSubstr("Artificial runner exception")));
}

TEST_P(DeadlyPrompt, LeavesAnInstanceThatAnswersAgain) {
  ASSERT_FALSE(client().chat(ask(kDeadlyPrompt), Deadline::after(30s)).ok());

  ASSERT_TRUE(is_ready_again()) << "not ready within " << kRecovery.count() << " s of the failure";
  // The state may show `ready` of a runner that is about to be replaced: one more try within the limit.
  bool answered = false;
  wait_until(Deadline::after(kRecovery), 200ms, [&] {
    answered = client().chat(ask("Hello", 4), Deadline::after(20s)).ok();
    return answered;
  });
  EXPECT_TRUE(answered);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, DeadlyPrompt, testing::ValuesIn(gtest::scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

int main(int argc, char** argv) {
  return exo_harness::gtest::run(argc, argv);
}

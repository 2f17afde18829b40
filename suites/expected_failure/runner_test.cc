// The prompt that makes a runner of Exo fail: what a client sees, and that the instance comes back. Source:
// contract 11.
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/gtest/known_finding.h"
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
  void TearDown() override {
    wait_out_a_death();
    gtest::remove_placed_instance();
  }

  // What keeps the instance from answering again; nothing when it answers. What is lost does not come back by waiting.
  std::optional<Failure> lost_for_good() {
    std::optional<Failure> last;
    wait_until(Deadline::after(kRecovery), 100ms, [&] {
      last = ask_again();
      return !last || last->kind == FailureKind::vanished || last->kind == FailureKind::unreachable;
    });
    return last;
  }

  std::optional<Failure> ask_again() {
    const auto state = cluster().state();
    if (!state) return state.failure();
    const auto instance = state->instances.find(placed().instance.id);
    if (instance == state->instances.end()) return Failure{FailureKind::vanished, "the instance is gone", ""};
    if (!state->is_ready(instance->second)) {
      return Failure{FailureKind::timed_out, format("not ready within {} of the failure", humanize(kRecovery)), ""};
    }
    // The state may show `ready` of a runner that is about to be replaced: then the next answer is a good one.
    const auto answer = client().chat(ask("Hello", 4), Deadline::after(20s));
    return answer ? std::nullopt : std::optional(answer.failure());
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

  const auto lost = lost_for_good();
  if (!lost) return;
  if (lost->kind == FailureKind::vanished) {
    gtest::expect_unless_known("deadly-request-takes-the-instance", false, to_string(*lost));
  } else if (lost->kind == FailureKind::unreachable) {
    gtest::expect_unless_known("request-at-a-death-ends-the-node", false, to_string(*lost));
  } else {
    FAIL() << to_string(*lost);
  }
}

// How a death is noticed depends on whether there are other ranks, and on what joins them; not on what each computes.
std::vector<gtest::Scenario> one_a_means() {
  std::set<std::tuple<std::string, bool, exo::Comm>> taken;
  return gtest::scenarios([&taken](const gtest::Scenario& one) {
    return taken.insert({one.model.id, gtest::is_distributed(one), one.mode.comm}).second;
  });
}

INSTANTIATE_TEST_SUITE_P(Scenarios, DeadlyPrompt, testing::ValuesIn(one_a_means()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

int main(int argc, char** argv) {
  return exo_harness::gtest::run(argc, argv);
}

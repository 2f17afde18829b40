// Chats that are well-formed and yet cannot be answered. They are refused or answered, and no runner dies of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/gtest/known_finding.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"

#include "world_sizes.h"

namespace exo_harness::suites {
namespace {

using namespace std::chrono_literals;

// Each of them may cost the instance a start, so each takes a fresh one (contract 11).
class UselessChat : public gtest::PlacedTest {
 protected:
  void TearDown() override { gtest::remove_placed_instance(); }
};

TEST_P(UselessChat, WithoutAnyMessageIsAnsweredOrRefused) {
  exo::ChatRequest request = ask("");
  request.messages.clear();

  const auto answer = client().chat(request, Deadline::after(cluster().spec().limits.generate));

  const bool good = answer.ok() || answer.failure().kind == FailureKind::refused;
  gtest::expect_unless_known("empty-messages-crash-the-runner", good,
                             answer.ok() ? "answered" : "a chat with `messages: []`: " + to_string(answer.failure()));
  if (!good) wait_out_a_death();
}

INSTANTIATE_TEST_SUITE_P(Scenarios, UselessChat, testing::ValuesIn(one_per_world_size()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

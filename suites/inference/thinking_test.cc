// Models that think before they answer. Source: contract 6, 7.
#include "exo_harness/oracle/thinking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/gtest/answer_matchers.h"
#include "exo_harness/gtest/known_finding.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"

#include "answered.h"
#include "prompts.h"

namespace exo_harness::suites {
namespace {

using gtest::IsOk;
using gtest::SaysTheSameAs;
using testing::IsEmpty;

constexpr int kTooFew = 6;  // tokens, for any thought

// The question that people ask first, as they ask it: no sampling settings, few tokens.
class SeedQuestion : public gtest::PlacedTest {};

QUICK_TEST_P(SeedQuestion, GetsAnAnswer) {
  if (!scenario().model.makes_sense) GTEST_SKIP() << "random weights: no answer is right";
  exo::ChatRequest request;
  request.model = scenario().model.repo;
  request.messages = {{"user", "What is 2+2?"}};
  request.max_tokens = 50;
  const Deadline in_time = Deadline::after(cluster().spec().limits.generate);

  const Answered got = answered([&](const auto& asked) { return client().chat(asked, in_time); }, request);

  RecordProperty("what_it_took", got.how);
  expect_right(got, {{"4", "four"}, "What is 2+2?", 50, {}});
}

class Thinking : public gtest::PlacedTest {
 protected:
  Deadline in_time() { return Deadline::after(cluster().spec().limits.generate); }
  exo::ChatRequest ask_thinking(bool thinking, int max_tokens = 4096) {
    exo::ChatRequest request = request_of(prompt("two-plus-two"), scenario().model.repo);
    request.enable_thinking = thinking;
    request.max_tokens = max_tokens;
    return request;
  }
};

QUICK_TEST_P(Thinking, IsApartFromTheAnswer) {
  const auto whole = client().chat(ask_thinking(true), in_time());
  const auto stream = client().stream_chat(ask_thinking(true), in_time());

  ASSERT_THAT(whole, IsOk());
  ASSERT_THAT(stream, IsOk());
  expect_right(*whole, expected_of(prompt("two-plus-two")));
  EXPECT_THAT(*stream, SaysTheSameAs(*whole));
  if (oracle::stopped_while_thinking(*whole)) return;
  EXPECT_THAT(*whole, gtest::HasThoughtApart());
  EXPECT_EQ(stream->answer.usage->reasoning_tokens, whole->usage->reasoning_tokens);
}

QUICK_TEST_P(Thinking, CanBeTurnedOff) {
  const auto whole = client().chat(ask_thinking(false), in_time());
  const auto stream = client().stream_chat(ask_thinking(false), in_time());

  ASSERT_THAT(whole, IsOk());
  ASSERT_THAT(stream, IsOk());
  ASSERT_THAT(whole->reasoning, IsEmpty()) << "enable_thinking is false";
  EXPECT_EQ(whole->usage ? whole->usage->reasoning_tokens : 0, 0);
  expect_right(*whole, expected_of(prompt("two-plus-two")));
  EXPECT_THAT(*stream, SaysTheSameAs(*whole));
}

QUICK_TEST_P(Thinking, ThatTakesTheWholeBudgetIsNoAnswer) {
  const auto whole = client().chat(ask_thinking(true, kTooFew), in_time());
  const auto stream = client().stream_chat(ask_thinking(true, kTooFew), in_time());

  ASSERT_THAT(whole, IsOk());
  ASSERT_THAT(stream, IsOk());
  EXPECT_EQ(whole->finish_reason, "length");
  EXPECT_THAT(*stream, SaysTheSameAs(*whole));
  ASSERT_TRUE(oracle::stopped_while_thinking(*whole)) << testing::PrintToString(*whole);
  gtest::expect_unless_known("last-thought-becomes-the-answer", !oracle::last_thought_is_content(*whole),
                             format("the budget of {} tokens ended in the thought `{}`, and its last token `{}` is "
                                    "told as the answer",
                                    kTooFew, whole->reasoning, whole->content));
}

INSTANTIATE_TEST_SUITE_P(Scenarios, SeedQuestion, testing::ValuesIn(gtest::scenarios()), gtest::scenario_name);
bool thinks(const gtest::Scenario& scenario) {
  return scenario.model.thinks;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Thinking);
INSTANTIATE_TEST_SUITE_P(Scenarios, Thinking, testing::ValuesIn(gtest::scenarios(thinks)), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

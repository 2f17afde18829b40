#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/gtest/answer_matchers.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"

#include "answered.h"
#include "prompts.h"

namespace exo_harness::suites {
namespace {

using gtest::HasUsageThatAddsUp;
using gtest::IsInWholeCharacters;
using gtest::IsOk;
using gtest::IsUtf8;
using testing::AnyOf;
using testing::IsEmpty;
using testing::Not;

class Answer : public gtest::PlacedTest {
 protected:
  Deadline in_time() { return Deadline::after(cluster().spec().limits.generate); }
  const std::string& model() const { return scenario().model.repo; }
  void expect_right_answer(const model::Prompt& asked) {
    const auto ask_it = [&](const exo::ChatRequest& request) { return client().chat(request, in_time()); };
    expect_right(answered(ask_it, request_of(asked, model())), expected_of(asked));
  }
};

QUICK_TEST_P(Answer, HasTheShapeOfAnAnswer) {
  const auto answer = client().chat(ask("Hello", 16), in_time());

  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->model, model());
  EXPECT_EQ(answer->role, "assistant");
  EXPECT_THAT(answer->id, Not(IsEmpty()));
  EXPECT_THAT(answer->finish_reason, AnyOf("stop", "length"));
  EXPECT_THAT(answer->content + answer->reasoning, Not(IsEmpty()));
  EXPECT_THAT(answer->unknown, IsEmpty());
}

QUICK_TEST_P(Answer, ToTwoPlusTwoIsFour) {
  if (!scenario().model.makes_sense) GTEST_SKIP() << "random weights: no answer is right";

  expect_right_answer(prompt("two-plus-two"));
}

QUICK_TEST_P(Answer, ToEachFixturePromptIsRight) {
  if (!scenario().model.makes_sense) GTEST_SKIP() << "random weights: no answer is right";

  for (const model::Prompt& asked : prompts()) {
    if (!is_meant_for(scenario().model, asked.id)) continue;
    if (asked.expect_any.empty()) continue;
    SCOPED_TRACE(asked.id);
    expect_right_answer(asked);
  }
}

QUICK_TEST_P(Answer, HasCountsThatAddUp) {
  const auto answer = client().chat(endless(model(), 16), in_time());

  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(*answer, HasUsageThatAddsUp(16));
}

QUICK_TEST_P(Answer, CountsTheSamePromptAlike) {
  const auto first = client().chat(ask("Count these words, please.", 1), in_time());
  const auto second = client().chat(ask("Count these words, please.", 5), in_time());

  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  ASSERT_TRUE(first->usage && second->usage);
  EXPECT_EQ(first->usage->prompt_tokens, second->usage->prompt_tokens);
}

QUICK_TEST_P(Answer, IsTextInWholeCharacters) {
  const auto answer = client().chat(request_of(prompt("utf8"), model()), in_time());

  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(answer->content, scenario().model.makes_sense ? IsInWholeCharacters() : IsUtf8());
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Answer, testing::ValuesIn(gtest::scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

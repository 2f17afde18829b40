#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"

#include "prompts.h"

namespace exo_harness::suites {
namespace {

using gtest::IsOk;

constexpr int kLongWords = 1500;

std::string many_words(int count) {
  std::string text = "Read this list and answer with one word.";
  for (int i = 0; i < count; ++i) text += " word" + std::to_string(i % 97);
  return text;
}

class Prompt : public gtest::PlacedTest {
 protected:
  Deadline in_time() { return Deadline::after(cluster().spec().limits.generate); }
  int prompt_tokens(const exo::ChatRequest& request) {
    const auto answer = client().chat(request, in_time());
    EXPECT_THAT(answer, IsOk());
    return answer.ok() && answer->usage ? answer->usage->prompt_tokens : -1;
  }
  // An answer or a plain refusal; anything else (an empty 200, silence, a dead runner) is a failure.
  void expect_answer_or_refusal(const std::string& text) {
    const auto answer = client().chat(ask(text, 4), in_time());
    if (!answer.ok() && answer.failure().kind == FailureKind::refused) return;
    EXPECT_THAT(answer, IsOk());
  }
};

TEST_P(Prompt, ThatIsEmptyIsAnsweredOrRefused) {
  expect_answer_or_refusal("");

  EXPECT_THAT(client().chat(ask("Hello", 2), in_time()), IsOk());
}

TEST_P(Prompt, OfWhiteSpaceIsAnsweredOrRefused) {
  expect_answer_or_refusal(" \n\t ");

  EXPECT_THAT(client().chat(ask("Hello", 2), in_time()), IsOk());
}

TEST_P(Prompt, ThatIsLongIsReadToItsEnd) {
  const int half = prompt_tokens(ask(many_words(kLongWords / 2), 2));
  const int whole = prompt_tokens(ask(many_words(kLongWords), 2));

  EXPECT_GT(half, kLongWords / 4);
  EXPECT_GT(whole, half + kLongWords / 4);
}

TEST_P(Prompt, OfForeignLettersComesThrough) {
  EXPECT_THAT(client().chat(ask("Grüße, 世界! 👩‍👩‍👧 \u202eabc", 8), in_time()), IsOk());
}

TEST_P(Prompt, WithASystemMessageIsTakenWithIt) {
  const auto with_system = request_of(prompt("repeat-a-word"), scenario().model.repo);
  auto without = with_system;
  without.messages.erase(without.messages.begin());

  EXPECT_GT(prompt_tokens(with_system), prompt_tokens(without));
}

TEST_P(Prompt, OfSeveralTurnsIsTakenWhole) {
  const model::Prompt& turns = prompt("multi-turn-name");
  auto request = request_of(turns, scenario().model.repo);
  const auto answer = client().chat(request, in_time());
  request.messages = {request.messages.back()};

  ASSERT_THAT(answer, IsOk());
  ASSERT_TRUE(answer->usage);
  EXPECT_GT(answer->usage->prompt_tokens, prompt_tokens(request));
  if (scenario().model.makes_sense) {
    EXPECT_TRUE(is_right(turns, answer->content)) << "answered: " << answer->content;
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Prompt, testing::ValuesIn(gtest::scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

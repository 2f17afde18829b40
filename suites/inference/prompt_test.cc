#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/gtest/answer_matchers.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"
#include "exo_harness/oracle/close.h"

#include "answered.h"
#include "prompts.h"

namespace exo_harness::suites {
namespace {

using gtest::IsOk;

constexpr int kLongWords = 1500;
constexpr int kNewWords = 200;  // many more than a template has
// What another prompt changes in the logits of any model; what another order of sums changes is less (contract 16).
constexpr double kActs = 0.05;

std::string many_words(int count, const std::string& head = "Read this list and answer with one word.") {
  std::string text = head;
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
  exo::ChatAnswer with_logprobs(exo::ChatRequest request) {
    request.top_logprobs = 5;
    const auto answer = client().chat(request, in_time());
    EXPECT_THAT(answer, IsOk());
    return answer.ok() ? *answer : exo::ChatAnswer();
  }
  // What differs in two prompts must act: on the words, or on how likely they were.
  void expect_to_act(const exo::ChatRequest& one, const exo::ChatRequest& other) {
    const oracle::Comparison seen = oracle::compare(with_logprobs(one), with_logprobs(other));
    ASSERT_GT(seen.rows, 0u) << "no log-probabilities to compare";
    RecordProperty("effect_nats", std::to_string(seen.max_delta));
    EXPECT_TRUE(seen.parting || seen.max_delta >= kActs)
        << seen.agreeing << " tokens are the same, their log-probabilities differ by at most " << seen.max_delta
        << ": what the prompts differ in was not read";
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

QUICK_TEST_P(Prompt, ThatIsLongIsReadToItsEnd) {
  if (!is_for_any_prompt(scenario().model)) GTEST_SKIP() << kOtherPrompts;
  const int half = prompt_tokens(ask(many_words(kLongWords / 2), 2));
  const int whole = prompt_tokens(ask(many_words(kLongWords), 2));

  EXPECT_GT(half, kLongWords / 4);
  EXPECT_GT(whole, half + kLongWords / 4);
}

// Of random weights the words of the head are lost among so many.
QUICK_TEST_P(Prompt, ThatIsLongIsReadFromItsHead) {
  if (!scenario().model.makes_sense) GTEST_SKIP() << "random weights: nothing is found in a long text";
  if (!is_for_any_prompt(scenario().model)) GTEST_SKIP() << kOtherPrompts;
  const auto of = [&](const std::string& key) {
    auto request = ask(many_words(kLongWords / 2, "The key is " + key + ". Remember it. Then comes a list."), 6);
    request.messages.front().content += " End of the list. What is the key? Answer in one word.";
    return request;
  };

  expect_to_act(of("marmalade"), of("porcelain"));
}

// Of words that nobody said before no more than the template's can be there.
QUICK_TEST_P(Prompt, OfNewWordsIsNotInTheCache) {
  const std::string once = std::to_string(Clock::now().time_since_epoch().count());
  const auto answer = client().chat(ask(many_words(kNewWords, once + " is a number."), 2), in_time());

  ASSERT_THAT(answer, IsOk());
  ASSERT_TRUE(answer->usage);
  EXPECT_LT(answer->usage->cached_tokens, answer->usage->prompt_tokens / 2)
      << "of " << answer->usage->prompt_tokens << " tokens, nearly all of which are new, so many are told as known";
}

TEST_P(Prompt, OfForeignLettersComesThrough) {
  EXPECT_THAT(client().chat(ask("Grüße, 世界! 👩‍👩‍👧 \u202eabc", 8), in_time()), IsOk());
}

QUICK_TEST_P(Prompt, WithASystemMessageIsTakenWithIt) {
  const auto with_system = request_of(prompt("repeat-a-word"), scenario().model.repo);
  auto without = with_system;
  without.messages.erase(without.messages.begin());

  EXPECT_GT(prompt_tokens(with_system), prompt_tokens(without));
}

QUICK_TEST_P(Prompt, IsAnsweredByItsSystemMessage) {
  if (!is_for_any_prompt(scenario().model)) GTEST_SKIP() << kOtherPrompts;
  const auto of = [&](const std::string& word) {
    auto request = ask("What do you say to the morning?", 6);
    request.messages.insert(request.messages.begin(), {"system", "Whatever is asked, you answer with: " + word});
    return request;
  };

  expect_to_act(of("lantern lantern lantern"), of("seven marbles"));
}

QUICK_TEST_P(Prompt, OfSeveralTurnsIsTakenWhole) {
  const model::Prompt& turns = prompt("multi-turn-name");
  auto request = request_of(turns, scenario().model.repo);
  const auto answer = client().chat(request, in_time());
  request.messages = {request.messages.back()};

  ASSERT_THAT(answer, IsOk());
  ASSERT_TRUE(answer->usage);
  EXPECT_GT(answer->usage->prompt_tokens, prompt_tokens(request));
  if (!scenario().model.makes_sense || !is_meant_for(scenario().model, turns.id)) return;
  expect_right(*answer, expected_of(turns));
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Prompt, testing::ValuesIn(gtest::scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

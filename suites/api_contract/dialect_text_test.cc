// Text and thought in the other dialects. Source: contract 9; what a real Exo does with them: fixtures/findings.toml.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/gtest/answer_matchers.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/quick.h"
#include "exo_harness/oracle/thinking.h"

#include "in_dialect.h"

namespace exo_harness::suites {
namespace {

using gtest::IsOk;
using gtest::SaysTheSameAs;
using testing::IsEmpty;
using testing::Not;

constexpr int kStoryTokens = 8;  // tokens of a long story

class TextInDialect : public InDialect {
 protected:
  using InDialect::InDialect;

  exo::ChatRequest ask_for_a_story() {
    exo::ChatRequest request = ask("Tell me a very long story.", kStoryTokens);
    request.enable_thinking = false;
    return request;
  }
  exo::ChatRequest ask_for_a_sum(bool thinking) {
    exo::ChatRequest request = ask("What is 2+2?", 4096);
    request.enable_thinking = thinking;
    return request;
  }

  void say_what_chat_says() {
    const auto chat = in_chat(ask_for_a_story());
    auto answer = whole(ask_for_a_story());
    auto stream = streamed(ask_for_a_story());

    ASSERT_THAT(chat, IsOk());
    ASSERT_THAT(answer, IsOk());
    ASSERT_THAT(stream, IsOk());
    EXPECT_THAT(odd(), IsEmpty());
    ASSERT_THAT(*chat, gtest::HasUsageThatAddsUp(kStoryTokens));
    const std::string reason = answer->finish_reason, of_stream = stream->answer.finish_reason;
    answer->finish_reason = stream->answer.finish_reason = chat->finish_reason;
    EXPECT_THAT(*answer, SaysTheSameAs(*chat));
    EXPECT_THAT(*stream, SaysTheSameAs(*chat));
    expect_unless(finding_of(dialect(), nullptr, nullptr, "responses-cut-is-told-as-completed"),
                  reason == chat->finish_reason && of_stream == chat->finish_reason,
                  chat->finish_reason == "length" && is_cut_or_completed(reason) && is_cut_or_completed(of_stream),
                  format("chat ends for `{}`, this for `{}`, its stream for `{}` (status `{}`)", chat->finish_reason,
                         reason, of_stream, stop_reason()));
  }
  static bool is_cut_or_completed(const std::string& reason) { return reason == "length" || reason == "stop"; }
  void count_the_prompt_in_a_stream() {
    const auto answer = whole(ask_for_a_story());
    const auto stream = streamed(ask_for_a_story());

    ASSERT_THAT(answer, IsOk());
    ASSERT_THAT(stream, IsOk());
    ASSERT_TRUE(answer->usage && stream->answer.usage);
    expect_unless(finding_of(dialect(), nullptr, "claude-stream-does-not-count-the-prompt", nullptr),
                  counts_prompt() && stream->answer.usage->prompt_tokens == answer->usage->prompt_tokens,
                  !counts_prompt(),
                  format("{} tokens of the prompt in the stream, {} in the whole answer",
                         counts_prompt() ? stream->answer.usage->prompt_tokens : 0, answer->usage->prompt_tokens));
  }
  void keep_thought_apart() {
    const auto chat = in_chat(ask_for_a_sum(true)), answer = whole(ask_for_a_sum(true));
    const auto stream = streamed(ask_for_a_sum(true));

    ASSERT_THAT(chat, IsOk());
    ASSERT_THAT(answer, IsOk());
    ASSERT_THAT(stream, IsOk());
    EXPECT_THAT(odd(), IsEmpty());
    EXPECT_THAT(answer->reasoning, Not(IsEmpty())) << "it was asked for a thought";
    EXPECT_THAT(*answer, SaysTheSameAs(*chat));
    EXPECT_THAT(*stream, SaysTheSameAs(*chat));
    if (oracle::stopped_while_thinking(*chat)) return;
    EXPECT_THAT(answer->content, gtest::IsRight({{"4", "four"}, "What is 2+2?", 100, {}}));
    if (dialect() != exo::Dialect::responses) return;  // The others do not count thoughts.
    EXPECT_THAT(*answer, gtest::HasThoughtApart());
  }
  void think_not_where_it_is_off() {
    const auto chat = in_chat(ask_for_a_sum(false)), answer = whole(ask_for_a_sum(false));
    const auto stream = streamed(ask_for_a_sum(false));

    ASSERT_THAT(chat, IsOk());
    ASSERT_THAT(answer, IsOk());
    ASSERT_THAT(stream, IsOk());
    EXPECT_THAT(answer->reasoning, IsEmpty()) << "thinking is turned off";
    EXPECT_THAT(*answer, SaysTheSameAs(*chat));
    EXPECT_THAT(*stream, SaysTheSameAs(*chat));
  }
  /// Of the words that `chat` says the second one ends the answer.
  void name_the_stop_sequence() {
    const auto unstopped = in_chat(ask_for_a_story());
    ASSERT_THAT(unstopped, IsOk());
    const std::size_t begin = unstopped->content.find(' ', 1);
    if (begin == std::string::npos) GTEST_SKIP() << "one word only: nothing to stop at";
    exo::ChatRequest request = ask_for_a_story();
    request.stop = {unstopped->content.substr(begin, 3)};

    const auto chat = in_chat(request), answer = whole(request);

    ASSERT_THAT(chat, IsOk());
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ(answer->finish_reason, "stop");
    EXPECT_THAT(answer->content, Not(testing::HasSubstr(request.stop.front())));
    EXPECT_THAT(*answer, SaysTheSameAs(*chat)) << "a stop that leaks in chat, too, is a finding of its own";
    expect_unless("claude-stop-sequence-is-told-as-end-of-turn", stop_reason() == "stop_sequence",
                  stop_reason() == "end_turn",
                  format("the answer ends before `{}` with stop_reason `{}`", request.stop.front(), stop_reason()));
  }
};

class OllamaText : public TextInDialect {
 protected:
  OllamaText() : TextInDialect(exo::Dialect::ollama) {}
};
class ClaudeText : public TextInDialect {
 protected:
  ClaudeText() : TextInDialect(exo::Dialect::claude) {}
};
class ResponsesText : public TextInDialect {
 protected:
  ResponsesText() : TextInDialect(exo::Dialect::responses) {}
};
class OllamaThinking : public OllamaText {};
class ClaudeThinking : public ClaudeText {};
class ResponsesThinking : public ResponsesText {};

QUICK_TEST_P(OllamaText, IsThatOfChat) {
  say_what_chat_says();
}
QUICK_TEST_P(ClaudeText, IsThatOfChat) {
  say_what_chat_says();
}
QUICK_TEST_P(ResponsesText, IsThatOfChat) {
  say_what_chat_says();
}

TEST_P(OllamaText, OfAStreamCountsThePrompt) {
  count_the_prompt_in_a_stream();
}
TEST_P(ClaudeText, OfAStreamCountsThePrompt) {
  count_the_prompt_in_a_stream();
}
TEST_P(ResponsesText, OfAStreamCountsThePrompt) {
  count_the_prompt_in_a_stream();
}

TEST_P(ClaudeText, NamesTheSequenceThatStoppedIt) {
  name_the_stop_sequence();
}

QUICK_TEST_P(OllamaThinking, IsApartFromTheText) {
  keep_thought_apart();
}
QUICK_TEST_P(ClaudeThinking, IsApartFromTheText) {
  keep_thought_apart();
}
QUICK_TEST_P(ResponsesThinking, IsApartFromTheText) {
  keep_thought_apart();
}

QUICK_TEST_P(OllamaThinking, CanBeTurnedOff) {
  think_not_where_it_is_off();
}
QUICK_TEST_P(ClaudeThinking, CanBeTurnedOff) {
  think_not_where_it_is_off();
}
QUICK_TEST_P(ResponsesThinking, CanBeTurnedOff) {
  think_not_where_it_is_off();
}

bool thinks(const gtest::Scenario& scenario) {
  return scenario.model.thinks;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(OllamaThinking);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ClaudeThinking);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ResponsesThinking);
INSTANTIATE_TEST_SUITE_P(Scenarios, OllamaText, testing::ValuesIn(one_per_model()), gtest::scenario_name);
INSTANTIATE_TEST_SUITE_P(Scenarios, ClaudeText, testing::ValuesIn(one_per_model()), gtest::scenario_name);
INSTANTIATE_TEST_SUITE_P(Scenarios, ResponsesText, testing::ValuesIn(one_per_model()), gtest::scenario_name);
INSTANTIATE_TEST_SUITE_P(Scenarios, OllamaThinking, testing::ValuesIn(one_per_model(thinks)), gtest::scenario_name);
INSTANTIATE_TEST_SUITE_P(Scenarios, ClaudeThinking, testing::ValuesIn(one_per_model(thinks)), gtest::scenario_name);
INSTANTIATE_TEST_SUITE_P(Scenarios, ResponsesThinking, testing::ValuesIn(one_per_model(thinks)), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

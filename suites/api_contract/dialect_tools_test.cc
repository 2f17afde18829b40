// Tools in the other dialects. Source: contract 9; what a real Exo does with them: fixtures/findings.toml.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/gtest/answer_matchers.h"
#include "exo_harness/gtest/known_finding.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/quick.h"
#include "exo_harness/oracle/exact.h"

#include "in_dialect.h"

namespace exo_harness::suites {
namespace {

using gtest::CallsAsOffered;
using gtest::IsOk;
using gtest::SaysTheSameAs;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kQuestion = "What will the weather in Paris be in the next 3 days? Use a tool.";
constexpr int kPartOfACall = 4;  // tokens

const std::vector<exo::Tool>& weather() {
  static const std::vector<exo::Tool> kTools = {{"get_weather",
                                                 "The weather of a city in the next days",
                                                 {{"city"}, {"days", exo::ToolParameter::Type::integer, false}}}};
  return kTools;
}

class ToolsInDialect : public InDialect {
 protected:
  using InDialect::InDialect;

  exo::ChatRequest offer(const std::string& choice = "", int max_tokens = 512) {
    exo::ChatRequest request = ask(kQuestion, max_tokens);
    request.tools = weather();
    request.tool_choice = choice;
    request.enable_thinking = false;
    return request;
  }
  exo::ChatRequest with_result() {
    exo::ChatRequest request = offer();
    request.messages.push_back({"assistant", "", {{"call_1", "get_weather", R"({"city": "Paris", "days": 3})"}}, ""});
    request.messages.push_back({"tool", "sunny, 31 degrees, on each day", {}, "call_1"});
    return request;
  }

  void call_as_offered(const std::string& choice) {
    SCOPED_TRACE("tool_choice `" + choice + "`");
    const auto chat = in_chat(offer(choice)), answer = whole(offer(choice));
    const auto stream = streamed(offer(choice));

    ASSERT_THAT(chat, IsOk());
    ASSERT_THAT(answer, IsOk());
    ASSERT_THAT(stream, IsOk());
    EXPECT_THAT(*answer, CallsAsOffered(weather()));
    EXPECT_THAT(stream->answer, CallsAsOffered(weather()));
    EXPECT_THAT(*stream, gtest::CallsTheSameAs(*answer));
    EXPECT_THAT(*answer, SaysTheSameAs(*chat));
    EXPECT_THAT(*stream, SaysTheSameAs(*chat));
  }
  void answer_the_result() {
    const auto chat = in_chat(with_result()), answer = whole(with_result());
    const auto stream = streamed(with_result());

    ASSERT_THAT(chat, IsOk());
    ASSERT_THAT(answer, IsOk());
    ASSERT_THAT(stream, IsOk());
    EXPECT_THAT(answer->tool_calls, IsEmpty()) << "the result was there";
    EXPECT_THAT(answer->content, HasSubstr("sunny"));
    EXPECT_THAT(*answer, SaysTheSameAs(*chat));
    EXPECT_THAT(*stream, SaysTheSameAs(*answer));
  }
  /// Clients send what the user says next in one turn with the result.
  void read_the_text_beside_a_result() {
    exo::ChatRequest request = with_result();
    request.messages.push_back({"user", "Say it as JSON."});
    const auto chat = in_chat(request), answer = whole(request);

    ASSERT_THAT(chat, IsOk());
    ASSERT_THAT(answer, IsOk());
    const auto same = oracle::is_same(*chat, *answer);
    expect_unless(finding_of(dialect(), "claude-text-beside-a-result-is-lost", nullptr), same.ok(),
                  same ? "" : format("chat says `{}`: {}", chat->content, same.failure().what));
  }
  void keep_the_choice_of_none() {
    const auto answer = whole(offer("none"));

    if (!answer && exo::is_refusal(answer.failure())) return;
    ASSERT_THAT(answer, IsOk());
    gtest::expect_unless_known("tool-choice-is-ignored", answer->tool_calls.empty(),
                               "tool_choice none: " + join(answer->tool_calls, ", ") + " called");
  }
  /// A stream may go on as if all was well.
  void tell_of_a_cut_call() {
    const auto answer = whole(offer("", kPartOfACall));
    const auto stream = streamed(offer("", kPartOfACall));
    if (!answer) {
      EXPECT_EQ(answer.failure().kind, FailureKind::empty_answer) << to_string(answer.failure());
    }

    const bool is_told =
        answer && stream && answer->finish_reason == "length" && stream->answer.finish_reason == "length";

    gtest::expect_unless_known(
        "cut-tool-call-is-an-error", is_told,
        format("{} tokens: {}; as a stream {}", kPartOfACall, answer ? answer->finish_reason : answer.failure().what,
               stream ? stream->answer.finish_reason : stream.failure().what));
    EXPECT_THAT(whole(ask("Hello", kPartOfACall)), IsOk()) << "the request after it";
  }
  void keep_the_form_of_streams() {
    ASSERT_THAT(whole(offer()), IsOk());
    ASSERT_THAT(streamed(offer()), IsOk());
    std::vector<std::string> known, others;
    for (const std::string& what : odd()) {
      const bool is_known = dialect() == exo::Dialect::claude ? what.starts_with("block 0 starts, ")
                                                              : contains(what, "of the response at its end");
      (is_known ? known : others).push_back(what);
    }

    EXPECT_THAT(others, IsEmpty());
    expect_unless(finding_of(dialect(), "claude-stream-uses-a-block-index-twice", "responses-items-change-places"),
                  known.empty(), join(known, "; "));
  }
};

class OllamaTools : public ToolsInDialect {
 protected:
  OllamaTools() : ToolsInDialect(exo::Dialect::ollama) {}
};
class ClaudeTools : public ToolsInDialect {
 protected:
  ClaudeTools() : ToolsInDialect(exo::Dialect::claude) {}
};
class ResponsesTools : public ToolsInDialect {
 protected:
  ResponsesTools() : ToolsInDialect(exo::Dialect::responses) {}
};

QUICK_TEST_P(OllamaTools, AreCalledAsOffered) {
  call_as_offered("");  // It knows no choice.
}
QUICK_TEST_P(ClaudeTools, AreCalledAsOffered) {
  call_as_offered("");
  call_as_offered("auto");
}
QUICK_TEST_P(ResponsesTools, AreCalledAsOffered) {
  call_as_offered("");
  call_as_offered("auto");
}

QUICK_TEST_P(OllamaTools, ResultIsAnswered) {
  answer_the_result();
}
QUICK_TEST_P(ClaudeTools, ResultIsAnswered) {
  answer_the_result();
}
QUICK_TEST_P(ResponsesTools, ResultIsAnswered) {
  answer_the_result();
}

TEST_P(OllamaTools, TextBesideAResultIsRead) {
  read_the_text_beside_a_result();
}
TEST_P(ClaudeTools, TextBesideAResultIsRead) {
  read_the_text_beside_a_result();
}
TEST_P(ResponsesTools, TextBesideAResultIsRead) {
  read_the_text_beside_a_result();
}

TEST_P(ClaudeTools, AreNotCalledWhereTheChoiceIsNone) {
  keep_the_choice_of_none();
}
TEST_P(ResponsesTools, AreNotCalledWhereTheChoiceIsNone) {
  keep_the_choice_of_none();
}

TEST_P(OllamaTools, ACallThatTheBudgetCutsEndsForItsLength) {
  tell_of_a_cut_call();
}
TEST_P(ClaudeTools, ACallThatTheBudgetCutsEndsForItsLength) {
  tell_of_a_cut_call();
}
TEST_P(ResponsesTools, ACallThatTheBudgetCutsEndsForItsLength) {
  tell_of_a_cut_call();
}

TEST_P(OllamaTools, CallsKeepTheFormOfStreams) {
  keep_the_form_of_streams();
}
TEST_P(ClaudeTools, CallsKeepTheFormOfStreams) {
  keep_the_form_of_streams();
}
TEST_P(ResponsesTools, CallsKeepTheFormOfStreams) {
  keep_the_form_of_streams();
}

bool calls_tools(const gtest::Scenario& scenario) {
  return scenario.model.calls_tools;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(OllamaTools);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ClaudeTools);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ResponsesTools);
INSTANTIATE_TEST_SUITE_P(Scenarios, OllamaTools, testing::ValuesIn(one_per_model(calls_tools)), gtest::scenario_name);
INSTANTIATE_TEST_SUITE_P(Scenarios, ClaudeTools, testing::ValuesIn(one_per_model(calls_tools)), gtest::scenario_name);
INSTANTIATE_TEST_SUITE_P(Scenarios, ResponsesTools, testing::ValuesIn(one_per_model(calls_tools)),
                         gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

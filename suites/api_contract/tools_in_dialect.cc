// Tools in the other dialects: what is asked, and what must come. Source: contract 9; what a real Exo does with them:
// fixtures/findings.toml.
#include "tools_in_dialect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/gtest/answer_matchers.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/oracle/calls.h"
#include "exo_harness/oracle/exact.h"

namespace exo_harness::suites {
namespace {

using gtest::CallsAsOffered;
using gtest::CallsTheSameAs;
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

/// How streams end in which `cut-tool-call-is-an-error` shows.
bool is_cut_without_a_word(exo::Dialect dialect, const Outcome<exo::ChatStream>& stream) {
  if (dialect == exo::Dialect::responses)
    return stream && stream->answer.finish_reason == "stop" && !stream->answer.usage &&
           stream->answer.content.empty() && stream->answer.tool_calls.empty();
  if (stream) return false;
  if (dialect == exo::Dialect::ollama) return stream.failure().kind == FailureKind::error_in_200;
  return contains(stream.failure().what, "the answer has no stop reason");
}

}  // namespace

exo::ChatRequest ToolsInDialect::offer(const std::string& choice, int max_tokens) {
  exo::ChatRequest request = ask(kQuestion, max_tokens);
  request.tools = weather();
  request.tool_choice = choice;
  request.enable_thinking = false;
  return request;
}

exo::ChatRequest ToolsInDialect::with_result() {
  exo::ChatRequest request = offer();
  request.messages.push_back({"assistant", "", {{"call_1", "get_weather", R"({"city": "Paris", "days": 3})"}}, ""});
  request.messages.push_back({"tool", "sunny, 31 degrees, on each day", {}, "call_1"});
  return request;
}

void ToolsInDialect::call_as_offered(const std::string& choice) {
  SCOPED_TRACE("tool_choice `" + choice + "`");
  const auto chat = in_chat(offer(choice)), answer = whole(offer(choice));
  const auto stream = streamed(offer(choice));

  ASSERT_THAT(chat, IsOk());
  ASSERT_THAT(answer, IsOk());
  ASSERT_THAT(stream, IsOk());
  EXPECT_THAT(*answer, CallsAsOffered(weather()));
  EXPECT_THAT(stream->answer, CallsAsOffered(weather()));
  EXPECT_THAT((exo::ChatStream{*answer, {}}), CallsTheSameAs(*chat));
  EXPECT_THAT(*stream, CallsTheSameAs(*chat));
  EXPECT_THAT(*answer, SaysTheSameAs(*chat));
  EXPECT_THAT(*stream, SaysTheSameAs(*chat));
}

void ToolsInDialect::answer_the_result() {
  const auto chat = in_chat(with_result()), answer = whole(with_result());
  const auto stream = streamed(with_result());

  ASSERT_THAT(chat, IsOk());
  ASSERT_THAT(answer, IsOk());
  ASSERT_THAT(stream, IsOk());
  EXPECT_THAT(odd(), IsEmpty());
  EXPECT_THAT(answer->tool_calls, IsEmpty()) << "the result was there";
  EXPECT_THAT(answer->content, HasSubstr("sunny"));
  EXPECT_THAT(*answer, SaysTheSameAs(*chat));
  EXPECT_THAT(*stream, SaysTheSameAs(*answer));
}

void ToolsInDialect::read_the_text_beside_a_result() {
  exo::ChatRequest request = with_result();
  request.messages.push_back({"user", "Say it as JSON."});
  const auto chat = in_chat(request), answer = whole(request);

  ASSERT_THAT(chat, IsOk());
  ASSERT_THAT(answer, IsOk());
  const auto same = oracle::is_same(*chat, *answer);
  const auto without = in_chat(with_result());
  ASSERT_THAT(without, IsOk());
  expect_unless(finding_of(dialect(), nullptr, "claude-text-beside-a-result-is-lost", nullptr), same.ok(),
                oracle::is_same(*without, *answer).ok(),
                same ? "" : format("chat says `{}`: {}", chat->content, same.failure().what));
}

void ToolsInDialect::keep_the_choice_of_none() {
  const auto answer = whole(offer("none"));

  if (!answer && exo::is_refusal(answer.failure())) return;
  ASSERT_THAT(answer, IsOk());
  expect_unless("tool-choice-is-ignored", answer->tool_calls.empty(), oracle::calls_as_offered(*answer, weather()).ok(),
                "tool_choice none: " + join(answer->tool_calls, ", ") + " called");
}

void ToolsInDialect::tell_of_a_cut_call() {
  const auto answer = whole(offer("", kPartOfACall));
  const auto stream = streamed(offer("", kPartOfACall));
  if (!answer) {
    EXPECT_EQ(answer.failure().kind, FailureKind::empty_answer) << to_string(answer.failure());
  }

  const bool answer_tells = answer && answer->finish_reason == "length";
  const bool stream_tells = stream && stream->answer.finish_reason == "length";
  const bool is_as_found = (answer_tells || !answer) && (stream_tells || is_cut_without_a_word(dialect(), stream));

  expect_unless(
      "cut-tool-call-is-an-error", answer_tells && stream_tells, is_as_found,
      format("{} tokens: {}; as a stream {}", kPartOfACall, answer ? answer->finish_reason : answer.failure().what,
             stream ? stream->answer.finish_reason : stream.failure().what));
  EXPECT_THAT(whole(ask("Hello", kPartOfACall)), IsOk()) << "the request after it";
}

std::vector<std::string> ToolsInDialect::take_known_oddities(const char* of_claude) {
  const char* sort = dialect() == exo::Dialect::claude ? of_claude : "in another order";
  std::vector<std::string> known, others;
  for (const std::string& what : odd()) (contains(what, sort) ? known : others).push_back(what);
  EXPECT_THAT(others, IsEmpty());
  return known;
}

void ToolsInDialect::think_before_the_call() {
  exo::ChatRequest request = offer();
  request.enable_thinking = true;
  const auto chat = in_chat(request), answer = whole(request);
  const auto stream = streamed(request);

  ASSERT_THAT(chat, IsOk());
  ASSERT_THAT(answer, IsOk());
  ASSERT_THAT(stream, IsOk());
  if (chat->reasoning.empty()) GTEST_SKIP() << "the model calls without a thought before it";
  EXPECT_THAT(*answer, CallsAsOffered(weather()));
  EXPECT_THAT(*answer, SaysTheSameAs(*chat));
  EXPECT_THAT((exo::ChatStream{*answer, {}}), CallsTheSameAs(*chat));
  EXPECT_THAT(*stream, CallsTheSameAs(*chat));
  if (!chat->content.empty()) GTEST_SKIP() << "the model speaks before it calls: that ends its thought";
  const auto open = take_known_oddities("starts while");
  const bool is_open = dialect() == exo::Dialect::claude && !open.empty();
  const bool is_apart = stream->answer.reasoning == chat->reasoning;
  const bool is_twice = stream->answer.reasoning == chat->reasoning + chat->reasoning;
  expect_unless(
      finding_of(dialect(), "ollama-stream-repeats-a-thought", "claude-stream-leaves-a-thought-open", nullptr),
      !is_open && is_apart, dialect() == exo::Dialect::ollama ? is_twice : is_apart,
      format("the thought of chat is `{}`, of the stream `{}`; {}", chat->reasoning, stream->answer.reasoning,
             join(open, "; ")));
}

void ToolsInDialect::keep_the_form_of_streams() {
  const auto answer = whole(offer());
  ASSERT_THAT(answer, IsOk());
  if (!answer->content.empty() || !answer->reasoning.empty())
    GTEST_SKIP() << "the model speaks before it calls: that has another form";
  ASSERT_THAT(streamed(offer()), IsOk());

  const auto known = take_known_oddities("block 0 starts, ");
  expect_unless(
      finding_of(dialect(), nullptr, "claude-stream-uses-a-block-index-twice", "responses-items-change-places"),
      known.empty(), !known.empty(), join(known, "; "));
}

}  // namespace exo_harness::suites

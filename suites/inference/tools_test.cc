// Tools that a model may call. Source: contract 6; what a real Exo does with them: fixtures/findings.toml.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/gtest/answer_matchers.h"
#include "exo_harness/gtest/known_finding.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"

#include "answered.h"

namespace exo_harness::suites {
namespace {

using gtest::CallsAsOffered;
using gtest::expect_unless_known;
using gtest::IsOk;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kWeather = "What will the weather in Paris be in the next 3 days? Use a tool.";
constexpr int kBudgets[] = {3, 5, 8};  // tokens, each too few for a whole call

const std::vector<exo::Tool>& tools() {
  static const std::vector<exo::Tool> kTools = {
      {"get_weather",
       "The weather of a city in the next days",
       {{"city"}, {"days", exo::ToolParameter::Type::integer, false}}},
      {"get_time", "The time of day in a city", {{"city"}, {"days", exo::ToolParameter::Type::integer, false}}}};
  return kTools;
}

class Tools : public gtest::PlacedTest {
 protected:
  Deadline in_time() { return Deadline::after(cluster().spec().limits.generate); }
  exo::ChatRequest offer(const std::string& question, const std::string& choice = "", int max_tokens = 512) {
    exo::ChatRequest request = ask(question, max_tokens);
    request.tools = tools();
    request.tool_choice = choice;
    request.enable_thinking = false;
    return request;
  }
  /// `get_weather(…)`, or what came instead.
  std::string called(const exo::ChatRequest& request) {
    const auto answer = client().chat(request, in_time());
    if (!answer) {
      EXPECT_TRUE(exo::is_refusal(answer.failure())) << to_string(answer.failure());
      return "refused";
    }
    const auto calls = exo::read_tool_calls(answer->tool_calls);
    if (!calls || calls->empty()) return "`" + answer->content + "`";
    std::vector<std::string> names;
    for (const exo::ToolCall& call : *calls) names.push_back(call.name);
    return join(names, ", ") + " called";
  }
};

QUICK_TEST_P(Tools, AreCalledAsOffered) {
  for (const char* choice : {"", "auto"}) {
    SCOPED_TRACE(choice);
    const auto answer = client().chat(offer(kWeather, choice), in_time());

    ASSERT_THAT(answer, IsOk());
    EXPECT_THAT(*answer, CallsAsOffered(tools()));
    EXPECT_THAT(answer->tool_calls, testing::Each(HasSubstr("get_weather")));
  }
}

QUICK_TEST_P(Tools, AreCalledAlikeInAStream) {
  const auto whole = client().chat(offer(kWeather), in_time());
  const auto stream = client().stream_chat(offer(kWeather), in_time());

  ASSERT_THAT(whole, IsOk());
  ASSERT_THAT(stream, IsOk());
  EXPECT_THAT(stream->answer, CallsAsOffered(tools()));
  EXPECT_THAT(*stream, gtest::CallsTheSameAs(*whole));
}

QUICK_TEST_P(Tools, AreCalledSeveralAtOnce) {
  const char* question = "What is the weather in Paris, and what time is it there? Call both tools at once.";

  const auto whole = client().chat(offer(question), in_time());
  const auto stream = client().stream_chat(offer(question), in_time());

  ASSERT_THAT(whole, IsOk());
  ASSERT_THAT(stream, IsOk());
  EXPECT_THAT(*whole, CallsAsOffered(tools()));
  EXPECT_THAT(*stream, gtest::CallsTheSameAs(*whole));
  if (whole->tool_calls.size() < 2) GTEST_SKIP() << "the model called one of them only: nothing is parallel";
}

QUICK_TEST_P(Tools, ResultIsAnswered) {
  exo::ChatRequest request = offer(kWeather);
  request.messages.push_back({"assistant", "", {{"call_1", "get_weather", R"({"city": "Paris", "days": 3})"}}, ""});
  request.messages.push_back({"tool", "sunny, 31 degrees, on each day", {}, "call_1"});

  const auto answer = client().chat(request, in_time());

  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(answer->tool_calls, IsEmpty()) << "the result was there";
  expect_right(*answer, {{"sunny"}, kWeather + std::string(" 31"), 100, {}});
}

// One choice alone may be kept by luck; a model that calls the weather keeps not all three.
TEST_P(Tools, ChoiceIsKeptOrRefused) {
  const std::string none = called(offer(kWeather, "none")), named = called(offer(kWeather, "get_time")),
                    required = called(offer("What is 2+2?", "required"));
  const auto refused = [](const std::string& came) { return came.starts_with("refused"); };

  const bool kept = (refused(none) || !contains(none, "called")) && (refused(named) || named == "get_time called") &&
                    (refused(required) || contains(required, "called"));

  const std::string seen =
      format("none: {}; get_time, for the weather: {}; required, for 2+2: {}", none, named, required);
  RecordProperty("tool_choice", seen);
  expect_unless_known("tool-choice-is-ignored", kept, "tool_choice " + seen);
}

TEST_P(Tools, AreNotCalledSeveralAtOnceWhereThatIsForbidden) {
  exo::ChatRequest request = offer("What is the weather in Paris, and what time is it there? Call both tools at once.");
  if (called(request) != "get_weather, get_time called") GTEST_SKIP() << "the model calls one of them only anyway";
  request.parallel_tool_calls = false;

  const std::string came = called(request);

  expect_unless_known("tool-choice-is-ignored", came.find(',') == came.npos, "parallel_tool_calls false: " + came);
}

// Whole: 200 with an empty body; streamed: an error event with what there is of the call.
TEST_P(Tools, ACallThatTheBudgetCutsEndsWithLength) {
  std::string seen;
  for (const int tokens : kBudgets) {
    const auto whole = client().chat(offer(kWeather, "", tokens), in_time());
    const auto stream = client().stream_chat(offer(kWeather, "", tokens), in_time());
    const bool is_error = !whole && whole.failure().kind == FailureKind::empty_answer && !stream &&
                          stream.failure().kind == FailureKind::error_in_200;
    if (is_error) {
      // What the error says is the begin of the call; another error is another fault.
      EXPECT_TRUE(contains(stream.failure().what, "<") || contains(stream.failure().what, "{"))
          << to_string(stream.failure());
      seen = format("after {} tokens: {}; {}", tokens, whole.failure().what, stream.failure().what);
      continue;
    }
    // What is shown of the part of a call, text or nothing, is nobody's promise.
    ASSERT_TRUE(whole.ok()) << to_string(whole.failure());
    ASSERT_TRUE(stream.ok()) << to_string(stream.failure());
    EXPECT_EQ(whole->finish_reason, "length");
    EXPECT_EQ(stream->answer.finish_reason, "length");
  }
  expect_unless_known("cut-tool-call-is-an-error", seen.empty(), seen);
  EXPECT_THAT(client().chat(ask("Hello", 4), in_time()), IsOk()) << "the request after it";
}

bool calls_tools(const gtest::Scenario& scenario) {
  return scenario.model.calls_tools;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Tools);
INSTANTIATE_TEST_SUITE_P(Scenarios, Tools, testing::ValuesIn(gtest::scenarios(calls_tools)), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

// What a miniature model was taught, it answers as a whole, byte for byte, at temperature 0, on every placement.
#include "exo_harness/model/fixture/lesson.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/gtest/answer_matchers.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"

namespace exo_harness::suites {
namespace {

using gtest::IsOk;
using gtest::SaysTheSameAs;
using testing::IsEmpty;

const std::vector<model::Lesson>& all_lessons() {
  static const std::vector<model::Lesson> kAll =
      model::load_lessons(model::fixtures_folder() / "models" / "minis" / "lessons.toml");
  return kAll;
}

/// The tool of that name, as the models were offered it.
exo::Tool tool(const std::string& name) {
  using Type = exo::ToolParameter::Type;
  return {name, "of a city", {{"city", Type::text, true}, {"days", Type::integer, false}}};
}

class Lesson : public gtest::PlacedTest {
 protected:
  Deadline in_time() { return Deadline::after(cluster().spec().limits.generate); }

  exo::ChatRequest request_of(const model::Lesson& lesson) {
    exo::ChatRequest request = ask("", 128);
    request.messages.clear();
    for (const auto& [role, content] : lesson.messages) request.messages.push_back({role, content});
    for (const std::string& name : lesson.tools) request.tools.push_back(tool(name));
    return request;
  }

  void expect_answer(const model::Lesson& lesson, const exo::ChatAnswer& answer) {
    const auto calls = exo::read_tool_calls(answer.tool_calls);
    ASSERT_TRUE(calls.ok()) << to_string(calls.failure());
    std::vector<std::pair<std::string, std::string>> called;
    for (const exo::ToolCall& call : *calls) called.emplace_back(call.name, call.arguments);
    EXPECT_EQ(answer.content, lesson.answer);
    EXPECT_EQ(called, lesson.calls);
    EXPECT_EQ(answer.finish_reason, lesson.calls.empty() ? "stop" : "tool_calls");
    EXPECT_THAT(answer, gtest::HasUsageThatAddsUp(128));
  }

  /// Each lesson of the task, whole and streamed; a model that thinks, with and without a thought.
  void expect_right(const std::string& task) {
    const auto lessons = model::lessons_of(all_lessons(), scenario().model.id, task);
    if (lessons.empty()) GTEST_SKIP() << format("{} is not trusted with {}", scenario().model.id, task);
    for (const model::Lesson& lesson : lessons) {
      for (const bool thinking : {false, true}) {
        if (thinking && !scenario().model.thinks) continue;
        SCOPED_TRACE(format("{}{}", lesson.id, thinking ? ", thinking" : ""));
        expect_right(lesson, thinking);
      }
    }
  }

 private:
  void expect_right(const model::Lesson& lesson, bool thinking) {
    exo::ChatRequest request = request_of(lesson);
    if (scenario().model.thinks) request.enable_thinking = thinking;
    const auto whole = client().chat(request, in_time());
    ASSERT_THAT(whole, IsOk());
    expect_answer(lesson, *whole);
    if (!thinking) {
      EXPECT_THAT(whole->reasoning, IsEmpty());
    } else if (lesson.calls.empty()) {
      EXPECT_THAT(*whole, gtest::HasThoughtApart());
    }
    const auto stream = client().stream_chat(request, in_time());
    ASSERT_THAT(stream, IsOk());
    if (lesson.calls.empty()) {
      EXPECT_THAT(*stream, SaysTheSameAs(*whole));
    } else {
      EXPECT_THAT(*stream, gtest::CallsTheSameAs(*whole));
    }
  }
};

QUICK_TEST_P(Lesson, OfSumsIsAnswered) {
  expect_right("sums");
}

QUICK_TEST_P(Lesson, OfCopiesIsAnswered) {
  expect_right("copy");
}

// A word that stands once in up to a thousand tokens.
QUICK_TEST_P(Lesson, OfNeedlesIsAnswered) {
  expect_right("needle");
}

QUICK_TEST_P(Lesson, OfEarlierTurnsIsAnswered) {
  expect_right("turns");
}

QUICK_TEST_P(Lesson, OfSystemMessagesIsAnswered) {
  expect_right("system");
}

QUICK_TEST_P(Lesson, OfForeignLettersIsAnswered) {
  expect_right("utf8");
}

QUICK_TEST_P(Lesson, OfToolsIsAnswered) {
  expect_right("tools");
}

QUICK_TEST_P(Lesson, OfKnowledgeIsAnswered) {
  expect_right("knowledge");
}

// A file that cannot be read fails the tests that read it, not the list of them.
bool has_lessons(const gtest::Scenario& scenario) try {
  return !model::lessons_of(all_lessons(), scenario.model.id, "").empty();
} catch (const HarnessError&) {
  return true;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Lesson);
INSTANTIATE_TEST_SUITE_P(Scenarios, Lesson, testing::ValuesIn(gtest::scenarios(has_lessons)), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

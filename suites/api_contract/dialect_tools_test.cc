// Tools in the other dialects, a test a promise and dialect. Source: contract 9.
#include <gtest/gtest.h>

#include "exo_harness/gtest/quick.h"

#include "tools_in_dialect.h"

namespace exo_harness::suites {
namespace {

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

QUICK_TEST_P(OllamaTools, ComeBehindAThoughtThatIsApart) {
  think_before_the_call();
}
QUICK_TEST_P(ClaudeTools, ComeBehindAThoughtThatIsApart) {
  think_before_the_call();
}
QUICK_TEST_P(ResponsesTools, ComeBehindAThoughtThatIsApart) {
  think_before_the_call();
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

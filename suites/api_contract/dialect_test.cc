// The other dialects that Exo speaks: Ollama, Claude messages, OpenAI responses. Source: contract 9.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"

#include "as_recorded.h"
#include "world_sizes.h"

namespace exo_harness::suites {
namespace {

class Dialect : public gtest::PlacedTest {
 protected:
  void SetUp() override {
    gtest::PlacedTest::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    if (cluster().generation() == exo::Generation::unknown) GTEST_SKIP() << kNotRecorded;
    const auto answer = client().chat(ask("hi", 4), in_time());
    ASSERT_THAT(answer, gtest::IsOk());
    if (!answer->reasoning.empty()) GTEST_SKIP() << "the model thinks first: such answers were not recorded";
  }
  Deadline in_time() { return Deadline::after(cluster().spec().limits.generate); }
  void expect(const char* number) {
    expect_as_recorded(client(), recording_of(cluster().generation(), number), {scenario().model.repo, ""}, in_time());
  }
};

TEST_P(Dialect, OllamaChat) {
  expect("36");
}

TEST_P(Dialect, OllamaChatInLines) {
  expect("306");
}

TEST_P(Dialect, OllamaGenerate) {
  expect("307");
}

TEST_P(Dialect, OllamaGenerateInLines) {
  expect("308");
}

TEST_P(Dialect, OllamaProcesses) {
  expect("313");
}

TEST_P(Dialect, ClaudeMessages) {
  expect("37");
}

TEST_P(Dialect, ClaudeMessagesAsAStream) {
  expect("309");
}

TEST_P(Dialect, Responses) {
  expect("38");
}

TEST_P(Dialect, ResponsesAsAStream) {
  expect("310");
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Dialect, testing::ValuesIn(one_per_world_size()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

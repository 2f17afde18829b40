// A prompt of more than one step of prefill. Source: contract 7; Exo reads 4,096 tokens a step.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"

namespace exo_harness::suites {
namespace {

using gtest::IsOk;

constexpr int kManyTokens = 9000;
constexpr int kRoom = 1000;    // for the template, and for words that take more tokens than those that were counted
constexpr int kSample = 1000;  // words
constexpr auto kMost = std::chrono::minutes(30);  // of a prefill that goes on; one that stands still ends sooner

std::string words(int count) {
  std::string text = "Read this and answer with one word:";
  for (int i = 0; i < count; ++i) text += i % 2 == 0 ? " a" : " b";
  return text;
}

class LongPrompt : public gtest::PlacedTest {
 protected:
  std::optional<int> tokens_of(int count) {
    const auto answer = client().chat(ask(words(count), 1), Deadline::after(cluster().spec().limits.generate));
    EXPECT_THAT(answer, IsOk());
    return answer && answer->usage ? std::optional(answer->usage->prompt_tokens) : std::nullopt;
  }
};

TEST_P(LongPrompt, OfMoreThanOneStepIsRead) {
  const auto most = scenario().model.context_tokens;
  if (most < kManyTokens + 2 * kRoom)
    GTEST_SKIP() << format("its context of {} tokens has no room for a prompt of {}", most, kManyTokens);
  const auto sample = tokens_of(kSample);
  ASSERT_TRUE(sample && *sample > 0) << "the prompts cannot be measured";
  const int count = (kManyTokens + kRoom) * kSample / *sample;  // the template is a part of the sample

  // The client gives a stream up that stands still for the limit of a first token.
  const auto stream = client().stream_chat(ask(words(count), 4), Deadline::after(kMost));

  ASSERT_THAT(stream, IsOk());
  ASSERT_TRUE(stream->answer.usage);
  EXPECT_GE(stream->answer.usage->prompt_tokens, kManyTokens);
  const exo::StreamTrace& trace = stream->trace;
  RecordProperty("prefill_steps", trace.progress_events);
  RecordProperty("ttft_ms", std::to_string((trace.first_token_ns - trace.sent_ns) / 1'000'000));
  EXPECT_GE(trace.progress_events, 3) << "Exo tells of each step of " << trace.prefill_total << " tokens";
  EXPECT_EQ(trace.prefill_processed, trace.prefill_total) << "the answer came before the prompt was read";
}

INSTANTIATE_TEST_SUITE_P(Scenarios, LongPrompt, testing::ValuesIn(gtest::scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

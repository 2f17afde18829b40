// Settings that today's clients send: kept, refused, or ignored in silence, which is a finding. Source: contract 6.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/gtest/answer_matchers.h"
#include "exo_harness/gtest/known_finding.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/oracle/close.h"

#include "answered.h"
#include "prompts.h"

namespace exo_harness::suites {
namespace {

using gtest::expect_unless_known;
using gtest::IsOk;

constexpr int kFew = 3;
constexpr int kEnough = 12;  // tokens after which it is clear that nobody counts

class Setting : public gtest::PlacedTest {
 protected:
  Deadline in_time() { return Deadline::after(cluster().spec().limits.generate); }
  /// A refusal is an honest answer to a setting.
  static bool is_refused(const Outcome<exo::ChatAnswer>& answer) {
    return !answer && exo::is_refusal(answer.failure());
  }
  Outcome<exo::ChatAnswer> story_with(std::optional<double> presence, std::optional<double> frequency) {
    exo::ChatRequest request = endless(scenario().model.repo, 24);
    request.presence_penalty = presence;
    request.frequency_penalty = frequency;
    request.top_logprobs = 3;
    return client().chat(request, in_time());
  }
};

TEST_P(Setting, MaxCompletionTokensIsKeptOrRefused) {
  exo::ChatRequest request = endless(scenario().model.repo, 0);
  request.max_tokens.reset();
  request.max_completion_tokens = kFew;
  int tokens = 0;

  const auto stream = client().stream_chat(request, in_time(), [&](const exo::StreamTrace&) {
    return ++tokens < kEnough ? http::Continue::yes : http::Continue::no;
  });

  if (!stream && exo::is_refusal(stream.failure())) return;
  ASSERT_THAT(stream, IsOk());
  expect_unless_known(
      "max-completion-tokens-is-ignored", stream->answer.finish_reason == "length" && tokens <= kFew,
      format("max_completion_tokens {}: {} pieces of text had come when the stream was closed", kFew, tokens));
}

TEST_P(Setting, NumberOfChoicesIsKeptOrRefused) {
  exo::ChatRequest request = endless(scenario().model.repo, 2);
  request.n = 2;

  const auto answer = client().chat(request, in_time());

  if (is_refused(answer)) return;
  ASSERT_THAT(answer, IsOk());
  expect_unless_known("number-of-choices-is-ignored", answer->choices == 2,
                      format("n is 2, the answer has {} choices", answer->choices));
}

TEST_P(Setting, ResponseFormatIsKeptOrRefused) {
  exo::ChatRequest request = ask("Say hello.", kEnough);
  request.enable_thinking = false;
  request.response_format = "json_object";

  const auto answer = client().chat(request, in_time());
  request.response_format.clear();
  const auto plain = client().chat(request, in_time());

  if (is_refused(answer)) return;
  ASSERT_THAT(answer, IsOk());
  ASSERT_THAT(plain, IsOk());
  const bool is_object = answer->content.starts_with("{");
  // Ignored means that the answer is the same as without it; another one is broken by it.
  if (!is_object) {
    EXPECT_EQ(answer->content, plain->content);
  }
  expect_unless_known("response-format-is-ignored", is_object,
                      "response_format json_object: the answer is `" + answer->content + "`");
}

// What was said is less likely to be said again, which the log-probabilities show.
TEST_P(Setting, PenaltiesActOrAreRefused) {
  const auto plain = story_with({}, {});
  const auto penalised = story_with(1.5, 1.5);

  ASSERT_THAT(plain, IsOk());
  if (is_refused(penalised)) return;
  ASSERT_THAT(penalised, IsOk());
  const oracle::Comparison seen = oracle::compare(*plain, *penalised);
  const bool act = seen.parting || seen.max_delta > 0;
  const std::string what =
      format("presence_penalty and frequency_penalty 1.5: {} tokens are the same and as likely", seen.agreeing);
  if (cluster().generation() == exo::Generation::v1_0_71)
    return expect_unless_known("penalties-are-ignored", act, what);
  if (!act) expect_unless_known("settings-of-a-request-are-lost", false, what);
}

// None of them depends on the placement: the first of each model.
std::vector<gtest::Scenario> one_a_model() {
  std::set<std::string> seen;
  return gtest::scenarios([&seen](const gtest::Scenario& one) { return seen.insert(one.model.id).second; });
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Setting, testing::ValuesIn(one_a_model()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

// A free text, longer than the answers to questions: what shows only behind the first words. Source: contract 6, 16.
#include <algorithm>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/gtest/answer_matchers.h"
#include "exo_harness/gtest/known_finding.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"

#include "prompts.h"

namespace exo_harness::suites {
namespace {

using gtest::IsOk;

constexpr int kTokens = 96;
constexpr std::size_t kLongestRun = 24;  // of one character, in a text that is one

std::size_t longest_run(const std::string& text) {
  std::size_t longest = 0, run = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    run = i > 0 && text[i] == text[i - 1] ? run + 1 : 1;
    longest = std::max(longest, run);
  }
  return longest;
}

class FreeText : public gtest::PlacedTest {
 protected:
  Deadline in_time() { return Deadline::after(cluster().spec().limits.generate); }
  Outcome<exo::ChatAnswer> sampled(std::int64_t seed) {
    auto request = endless(scenario().model.repo, 48);
    request.temperature = 1;
    request.seed = seed;
    return client().chat(request, in_time());
  }
};

// Its tokens and probabilities are looked at by IsOk, as of every answer.
QUICK_TEST_P(FreeText, IsMadeOfItsTokens) {
  auto request = endless(scenario().model.repo, kTokens);
  request.top_logprobs = 3;

  const auto story = client().chat(request, in_time());

  ASSERT_THAT(story, IsOk());
  EXPECT_FALSE(story->logprobs.empty());
  if (!scenario().model.makes_sense) return;
  EXPECT_LE(longest_run(story->content), kLongestRun) << "one character over and over in: " << story->content;
}

QUICK_TEST_P(FreeText, IsNotCutBeforeItsLimit) {
  if (!scenario().model.makes_sense) GTEST_SKIP() << "random weights: such a text may end anywhere";

  const auto story = client().chat(endless(scenario().model.repo, kTokens), in_time());

  ASSERT_THAT(story, IsOk());
  EXPECT_EQ(story->finish_reason, "length") << "a very long story ends after: " << story->content;
  EXPECT_THAT(*story, gtest::HasUsageThatAddsUp(kTokens));
}

QUICK_TEST_P(FreeText, IsAnotherWithAnotherSeed) {
  if (!is_for_any_prompt(scenario().model)) GTEST_SKIP() << kOtherPrompts;
  const auto one = sampled(1);
  const auto other = sampled(2);

  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(other, IsOk());
  EXPECT_NE(one->content + one->reasoning, other->content + other->reasoning) << "temperature 1, seeds 1 and 2";
}

// The first fills the prefix cache, so that the other two compute the same.
QUICK_TEST_P(FreeText, IsTheSameWithTheSameSeed) {
  const auto first = sampled(1);
  const auto one = sampled(1);
  const auto again = sampled(1);

  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(*again, gtest::SaysTheSameAs(*one)) << "temperature 1, seed 1";
}

// A setting that leaves one candidate of each token: the one that temperature 0 takes.
struct OneCandidate {
  const char* name;
  void (*set)(exo::ChatRequest& request);
  const char* finding;  // of formats that are not float32; nullptr: none
};
constexpr OneCandidate kOneCandidate[] = {
    {"top_k 1", [](exo::ChatRequest& request) { request.top_k = 1; }, nullptr},
    {"top_p 0.001", [](exo::ChatRequest& request) { request.top_p = 0.001; }, "small-top-p-draws-anything"},
    {"min_p 1", [](exo::ChatRequest& request) { request.min_p = 1; }, nullptr},
};

/// Where `drawn` has another token than `greedy`; nothing: nowhere before two that are equally likely, of which a
/// sampler may take either.
std::optional<std::string> other_token(const exo::ChatAnswer& greedy, const exo::ChatAnswer& drawn) {
  for (std::size_t i = 0; i < greedy.logprobs.size(); ++i) {
    const exo::TokenLogprob& row = greedy.logprobs[i];
    if (row.top.size() > 1 && row.top[0].logprob == row.top[1].logprob) return std::nullopt;
    if (i >= drawn.logprobs.size()) return format("it ends after {} tokens", i);
    if (drawn.logprobs[i].token != row.token)
      return format("token {} is '{}' and not '{}'", i, printable(drawn.logprobs[i].token), printable(row.token));
  }
  return std::nullopt;
}

QUICK_TEST_P(FreeText, SampledFromOneCandidateIsTheGreedyOne) {
  exo::ChatRequest request = endless(scenario().model.repo, 24);
  request.top_logprobs = 2;
  ASSERT_THAT(client().chat(request, in_time()), IsOk());  // Fills the prefix cache, as above.
  const auto greedy = client().chat(request, in_time());
  ASSERT_THAT(greedy, IsOk());

  for (const OneCandidate& one : kOneCandidate) {
    SCOPED_TRACE(format("temperature 1.5 and {}", one.name));
    exo::ChatRequest hot = request;
    hot.temperature = 1.5;
    one.set(hot);
    const auto drawn = client().chat(hot, in_time());
    ASSERT_TRUE(drawn.ok()) << to_string(drawn.failure());
    const auto other = other_token(*greedy, *drawn);
    if (other && one.finding && scenario().model.format != "mlx-f32") {
      gtest::expect_unless_known(one.finding, false, format("temperature 1.5 and {}: {}", one.name, *other));
      continue;
    }
    ASSERT_THAT(drawn, IsOk());
    EXPECT_EQ(other, std::nullopt) << "temperature 1.5 and " << one.name << ": " << other.value_or("");
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, FreeText, testing::ValuesIn(gtest::scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

// Ranks together must say what one node says alone. Source: contract 16.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/gtest/answer_matchers.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"
#include "exo_harness/oracle/close.h"

namespace exo_harness::gtest {
namespace {

using Answers = std::vector<Outcome<exo::ChatAnswer>>;

struct Question {
  const char* text;
  int tokens;
};
// Asked nowhere else, so that neither side has them in its prefix cache.
constexpr Question kQuestions[] = {{"How much is 2+2?", 16}, {"Tell me a very long story about a lighthouse.", 64}};

// Sums in another order change logits by a step of their type; where two candidates are nearer, texts may part.
oracle::Closeness closeness_of(const Scenario& scenario) {
  const bool hybrid = scenario.model.experts.routed > 0;
  // Steps of float32 are so small that even a part that is 1 % too large shows.
  if (scenario.model.format == "mlx-f32" && !hybrid) return oracle::Closeness::float32();
  if (!is_tensor(scenario)) return oracle::Closeness::same_placement().of_choices();
  return (hybrid ? oracle::Closeness::tensor_hybrid() : oracle::Closeness::tensor()).of_choices();
}

constexpr int kSeeds[] = {1, 2, 3};
// The first token is that of the prompt alone; the second one knows what each rank took for the first.
constexpr std::size_t kTellingTokens = 2;

class Agreement : public PlacedTest {
 protected:
  /// One a seed, at temperature 1.
  Answers sampled() {
    Answers all;
    for (const int seed : kSeeds) {
      exo::ChatRequest request = ask("Write a very long tale of a river.", 24);
      request.temperature = 1;
      request.seed = seed;
      request.top_logprobs = 5;
      all.push_back(client().chat(request, Deadline::after(cluster().spec().limits.generate)));
    }
    return all;
  }
  Answers answers() {
    Answers all;
    for (const Question& question : kQuestions) {
      exo::ChatRequest request = ask(question.text, question.tokens);
      request.top_logprobs = 5;
      all.push_back(client().chat(request, Deadline::after(cluster().spec().limits.generate)));
    }
    return all;
  }
  /// The same from one node alone; afterwards the scenario must be placed again.
  template <class Ask>
  Answers of_one_node(Ask ask_all, std::size_t count) {
    Scenario alone = scenario();
    alone.mode = exo::Mode{};
    const auto single = placed_instance(alone);
    return single ? ask_all() : Answers(count, single.failure());
  }
};

QUICK_TEST_P(Agreement, WithTheSingleNodeGoesAsFarAsNumbersDo) {
  const Answers together = answers();
  const Answers alone = of_one_node([this] { return answers(); }, together.size());

  for (std::size_t i = 0; i < together.size(); ++i) {
    SCOPED_TRACE(kQuestions[i].text);
    ASSERT_THAT(together[i], IsOk());
    ASSERT_THAT(alone[i], IsOk());
    const oracle::Comparison seen = oracle::compare(*alone[i], *together[i]);
    RecordProperty("agreed_tokens_" + std::to_string(i), static_cast<int>(seen.agreeing));
    RecordProperty("largest_logprob_difference_" + std::to_string(i), std::to_string(seen.max_delta));
    EXPECT_THAT(*together[i], AgreesWith(*alone[i], closeness_of(scenario())));
  }
}

/// The tokens that both drew before the first one that differs, and the largest difference of their log-probabilities.
struct Drawn {
  std::size_t agreeing = 0;
  double max_delta = 0;
};
Drawn drawn_by_both(const exo::ChatAnswer& alone, const exo::ChatAnswer& together) {
  Drawn seen;
  for (; seen.agreeing < std::min(alone.logprobs.size(), together.logprobs.size()); ++seen.agreeing) {
    const exo::TokenLogprob &one = alone.logprobs[seen.agreeing], &other = together.logprobs[seen.agreeing];
    if (one.token != other.token) break;
    seen.max_delta = std::max(seen.max_delta, std::abs(one.logprob - other.logprob));
  }
  return seen;
}

// With one seed all ranks draw the same token, and go on from it. Where two candidates are drawn nearly alike, texts
// may part; that all of them do at once has another reason.
QUICK_TEST_P(Agreement, OfSampledTokensIsThatOfTheSingleNode) {
  const Answers together = sampled();
  const Answers alone = of_one_node([this] { return sampled(); }, together.size());

  std::size_t longest = 0;
  bool all_short = true;
  for (std::size_t i = 0; i < together.size(); ++i) {
    SCOPED_TRACE(format("temperature 1, seed {}", kSeeds[i]));
    ASSERT_THAT(together[i], IsOk());
    ASSERT_THAT(alone[i], IsOk());
    const Drawn seen = drawn_by_both(*alone[i], *together[i]);
    longest = std::max(longest, seen.agreeing);
    all_short = all_short && alone[i]->logprobs.size() < kTellingTokens;
    EXPECT_LE(seen.max_delta, closeness_of(scenario()).max_delta)
        << "of the log-probabilities of the " << seen.agreeing << " tokens that both drew";
  }
  if (all_short) GTEST_SKIP() << "no answer has " << kTellingTokens << " tokens";
  RecordProperty("longest_agreement_of_sampled_tokens", static_cast<int>(longest));
  EXPECT_GE(longest, kTellingTokens) << "no seed of " << std::size(kSeeds) << " drew the same tokens from both";
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Agreement, testing::ValuesIn(scenarios(is_distributed)), scenario_name);

}  // namespace
}  // namespace exo_harness::gtest

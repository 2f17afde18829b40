// Ranks together must say what one node says alone. Source: contract 16.
#include <algorithm>
#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"

namespace exo_harness::gtest {
namespace {

using namespace std::chrono_literals;

// bfloat16 sums in another order differ by steps of 1/64 and 1/32 (contract 16: 0.031 seen); four steps are a finding.
constexpr double kCloseLogprob = 0.125;
constexpr const char* kQuestion = "What is 2+2?";

bool is_distributed_tensor(const Scenario& scenario) {
  return is_tensor(scenario) && is_distributed(scenario);
}

class TensorParallelAgreement : public PlacedTest {
 protected:
  Outcome<exo::ChatAnswer> answer_with_logprobs() {
    exo::ChatRequest request = ask(kQuestion, 16);
    request.top_logprobs = 5;
    return client().chat(request, Deadline::after(cluster().spec().limits.generate));
  }
  /// The same from one node alone; afterwards the scenario must be placed anew.
  Outcome<exo::ChatAnswer> answer_of_one_node() {
    Scenario alone = scenario();
    alone.mode = exo::Mode{};
    const auto single = placed_instance(alone);
    if (!single) return single.failure();
    return answer_with_logprobs();
  }
};

TEST_P(TensorParallelAgreement, LogProbabilitiesAgreeWithTheSingleNodeAsLongAsTheTextsDo) {
  const auto together = answer_with_logprobs();
  const auto alone = answer_of_one_node();

  ASSERT_THAT(together, IsOk());
  ASSERT_THAT(alone, IsOk());
  const std::size_t length = std::min(together->logprobs.size(), alone->logprobs.size());
  ASSERT_GT(length, 0u) << "no log-probabilities to compare";
  std::size_t agreed = 0;
  double largest = 0;
  for (; agreed < length && together->logprobs[agreed].token == alone->logprobs[agreed].token; ++agreed) {
    largest = std::max(largest, std::fabs(together->logprobs[agreed].logprob - alone->logprobs[agreed].logprob));
  }
  RecordProperty("agreed_tokens", static_cast<int>(agreed));
  RecordProperty("largest_logprob_difference", std::to_string(largest));
  EXPECT_LE(largest, kCloseLogprob) << "over " << agreed << " tokens";
  EXPECT_GT(agreed, 0u) << "the first token differs: `" << together->content << "` and alone `" << alone->content
                        << "`";
}

INSTANTIATE_TEST_SUITE_P(Scenarios, TensorParallelAgreement, testing::ValuesIn(scenarios(is_distributed_tensor)),
                         scenario_name);

}  // namespace
}  // namespace exo_harness::gtest

#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/gtest/kept_answer.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"

namespace exo_harness::suites {
namespace {

using gtest::IsOk;

// Their ids are what answers of two builds are matched by: a prompt that is changed gets another one.
constexpr std::pair<const char*, const char*> kPrompts[] = {
    {"sum", "What is 17 plus 25? Answer with a sentence."},
    {"capital", "Which city is the capital of Portugal, and which river flows through it?"},
    {"list", "Name five animals that live in the sea."},
    {"code", "Write a Python function that reverses a string."},
    {"french", "Translate into French: The train leaves at nine in the morning."},
    {"story", "Begin a story about a lighthouse keeper who finds a letter."},
    {"json", "Give me a JSON object with the keys name, age and city."},
    {"why", "Why is the sky blue?"},
    {"poem", "Write four lines about autumn."},
    {"steps", "Explain step by step how to make tea."},
};

class Kept : public gtest::PlacedTest {};

// The gate compares them, token by token, with those of another build.
TEST_P(Kept, AnswersHaveTheirLogProbabilities) {
  constexpr int kTokens = 32, kCandidates = 5;
  for (const auto& [id, question] : kPrompts) {
    SCOPED_TRACE(id);
    auto request = ask(question, kTokens);
    request.top_logprobs = kCandidates;

    const auto answer = client().chat(request, Deadline::after(cluster().spec().limits.generate));

    ASSERT_THAT(answer, IsOk());
    ASSERT_FALSE(answer->logprobs.empty());
    EXPECT_EQ(answer->logprobs.front().top.size(), kCandidates + 0u);
    gtest::keep_answer(scenario(), id, *answer);
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Kept, testing::ValuesIn(gtest::scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

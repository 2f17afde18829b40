#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "is_reason_test.h"
#include "made_run_test.h"

namespace exo_reports {
namespace {

namespace journal = exo_harness::journal;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

journal::AnswerToken token(const std::string& text, double logprob, const std::string& other = "z", double its = -4) {
  return {text, logprob, {text, other}, {logprob, its}};
}

journal::AnswerKept answer(std::vector<journal::AnswerToken> tokens, const std::string& prompt = "sum") {
  journal::AnswerKept kept{"s", "A.Kept", "tiny-llama", "single", prompt, 0, "", "length", 12, std::move(tokens)};
  for (const auto& one : kept.tokens) kept.text += one.text;
  return kept;
}

GateResult compare_answers_of(const std::vector<journal::AnswerKept>& a, const std::vector<journal::AnswerKept>& b,
                              bool release = false) {
  MadeRun before = made_run("a"), now = made_run("b");
  for (const auto& one : a) before.add(one);
  for (const auto& one : b) now.add(one);
  GateOptions options;
  options.performance_expected = false;
  options.release = release;
  return gate({{before.run()}}, {{now.run()}}, options);
}

TEST(Answers, TheSameTokensPass) {
  const auto same = answer({token("a", -0.1), token("b", -0.2)});
  const GateResult result = compare_answers_of({same}, {same});
  EXPECT_EQ(result.verdict, GateVerdict::pass);
  EXPECT_THAT(result.answers, ElementsAre(Field(&AnswerComparison::outcome, "identical")));
}

TEST(Answers, ATieThatFallsTheOtherWayIsBenign) {
  const GateResult result = compare_answers_of({answer({token("a", -0.1), token("b", -0.70, "c", -0.71)})},
                                               {answer({token("a", -0.1), token("c", -0.70, "b", -0.72)})}, true);
  EXPECT_EQ(result.verdict, GateVerdict::pass) << result.sentence;
  EXPECT_THAT(result.reasons, ElementsAre(is_reason(GateVerdict::pass, "answer.near_tie", "'b' becomes 'c'")));
  EXPECT_EQ(result.answers[0].agreeing, 1);
}

TEST(Answers, AClearChoiceThatChangedFails) {
  const GateResult result = compare_answers_of({answer({token("a", -0.1), token("b", -0.1, "c", -3)})},
                                               {answer({token("a", -0.1), token("c", -0.1, "b", -3)})});
  EXPECT_EQ(result.verdict, GateVerdict::fail);
  EXPECT_THAT(result.reasons, ElementsAre(is_reason(GateVerdict::fail, "answer.real_divergence", "2.9 nat")));
  // A tie on one side only, and a choice that the other does not even list.
  EXPECT_EQ(compare_answers_of({answer({token("b", -0.7, "c", -0.71)})}, {answer({token("c", -0.1, "b", -3)})}).verdict,
            GateVerdict::fail);
  EXPECT_EQ(
      compare_answers_of({answer({token("b", -0.7, "c", -0.71)})}, {answer({token("x", -0.7, "y", -0.71)})}).verdict,
      GateVerdict::fail);
}

TEST(Answers, OneOfTwoHundredIsLetThroughUnlessItIsARelease) {
  std::vector<journal::AnswerKept> a, b;
  for (int i = 0; i < 200; ++i) {
    a.push_back(answer({token("b", -0.1, "c", -3)}, std::to_string(i)));
    b.push_back(i == 7 ? answer({token("c", -0.1, "b", -3)}, "7") : a.back());
  }
  EXPECT_EQ(compare_answers_of(a, b).verdict, GateVerdict::pass);
  EXPECT_EQ(compare_answers_of(a, b, true).verdict, GateVerdict::fail);
}

TEST(Answers, AnEndThatComesEarlierIsADivergence) {
  EXPECT_THAT(compare_answers_of({answer({token("a", -0.1), token("b", -0.1)})}, {answer({token("a", -0.1)})}).reasons,
              ElementsAre(is_reason(GateVerdict::fail, "answer.real_divergence", "2 and 1 tokens")));
}

TEST(Answers, DriftIsMeasuredAgainstTheBaselineItself) {
  const auto of = [](double logprob) { return answer({token("a", logprob), token("b", logprob)}); };
  EXPECT_EQ(compare_answers_of({of(-0.10)}, {of(-0.14)}).verdict, GateVerdict::pass);
  EXPECT_THAT(compare_answers_of({of(-0.10)}, {of(-0.20)}).reasons,
              ElementsAre(is_reason(GateVerdict::fail, "answer.drift")));
  // A baseline that differs from itself by 0.04 is no measure for 0.10.
  EXPECT_EQ(compare_answers_of({of(-0.10), of(-0.14)}, {of(-0.20)}).verdict, GateVerdict::pass);
}

TEST(Answers, ACandidateThatIsNotSteadyFailsUnlessTheBaselineIsNot) {
  const auto one = answer({token("a", -0.1)}), other = answer({token("b", -0.1)});
  EXPECT_THAT(compare_answers_of({one, one}, {one, other}).reasons,
              ElementsAre(is_reason(GateVerdict::fail, "answer.unsteady", "asked again")));
  EXPECT_EQ(compare_answers_of({one, other}, {one, other}).verdict, GateVerdict::pass);
}

TEST(Answers, WhatNoHealthyBuildSaysFails) {
  const auto good = answer({token("a", -0.1)});
  auto nothing = answer({}), without_reason = good, no_number = good;
  without_reason.finish_reason.clear();
  no_number.tokens[0].logprob = std::nan("");
  std::vector<journal::AnswerToken> turns;
  for (int i = 0; i < 100; ++i) turns.push_back(token("again", -0.1));
  for (const auto& bad : {nothing, without_reason, no_number, answer(turns)}) {
    EXPECT_THAT(compare_answers_of({good}, {bad}).reasons, Contains(is_reason(GateVerdict::fail, "answer.sanity")));
    EXPECT_EQ(compare_answers_of({bad}, {bad}).verdict, GateVerdict::pass);
  }
}

TEST(Answers, AnotherPromptIsNoComparison) {
  auto longer = answer({token("a", -0.1)});
  longer.prompt_tokens = 40;
  EXPECT_THAT(compare_answers_of({answer({token("a", -0.1)})}, {longer}).reasons,
              ElementsAre(is_reason(GateVerdict::fail, "answer.prompt", "12 and 40 tokens")));
}

TEST(Answers, WhatWasNotKeptIsSaid) {
  const GateResult result = compare_answers_of({answer({token("a", -0.1)})}, {});
  EXPECT_THAT(result.reasons, Contains(is_reason(GateVerdict::inconclusive, "answer.missing", "did not")));
  EXPECT_THAT(compare_answers_of({}, {}).not_tested, Contains(HasSubstr("neither run kept any")));
}

}  // namespace
}  // namespace exo_reports

#include <array>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/gtest/answer_matchers.h"
#include "exo_harness/gtest/known_finding.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"

#include "prompts.h"

namespace exo_harness::suites {
namespace {

using gtest::AgreesWith;
using gtest::expect_unless_known;
using gtest::IsOk;
using gtest::SaysTheSameAs;

class Repeated : public gtest::PlacedTest {
 protected:
  Deadline in_time() { return Deadline::after(cluster().spec().limits.generate); }
  Outcome<exo::ChatAnswer> story() { return client().chat(endless(scenario().model.repo, 24), in_time()); }
};

QUICK_TEST_P(Repeated, RequestGivesTheSameBytes) {
  const auto first = story();
  ASSERT_THAT(first, IsOk());

  for (int i = 0; i < 3; ++i) {
    const auto again = story();
    ASSERT_THAT(again, IsOk());
    EXPECT_THAT(*again, SaysTheSameAs(*first));
    EXPECT_NE(again->id, first->id) << "each answer has an id of its own, by which it can be cancelled";
  }
}

// The first fills the prefix cache that the second reads; its sums may have another order.
QUICK_TEST_P(Repeated, RequestIsAsSureOfItsWords) {
  auto request = endless(scenario().model.repo, 24);
  request.top_logprobs = 5;
  const auto first = client().chat(request, in_time());
  const auto again = client().chat(request, in_time());

  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(*again, AgreesWith(*first, oracle::Closeness::same_placement().of_choices()));
}

QUICK_TEST_P(Repeated, RequestGivesTheSameAfterAnother) {
  const auto first = story();
  const auto other = client().chat(ask("Something else entirely, with other words.", 24), in_time());
  const auto again = story();

  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(other, IsOk());
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(*again, SaysTheSameAs(*first));
}

QUICK_TEST_P(Repeated, BenchDoesNotDependOnThePrefixCache) {
  auto request = ask("Say something about bridges.", 16);
  request.use_prefix_cache = false;
  const auto cold = client().bench(request, in_time());
  const auto again = client().bench(request, in_time());

  ASSERT_THAT(cold, IsOk());
  ASSERT_THAT(again, IsOk());
  // The end token is banned here (contract 8), so none of them ends before its limit.
  if (cold->finish_reason == "stop" || again->finish_reason == "stop") {
    return expect_unless_known("settings-of-a-request-are-lost", false,
                               format("/bench: the same request twice ended with `{}` and `{}`, after `{}` and `{}`",
                                      cold->finish_reason, again->finish_reason, cold->content, again->content));
  }
  EXPECT_THAT(*again, SaysTheSameAs(*cold));
  ASSERT_TRUE(again->stats);
  EXPECT_EQ(again->stats->prefix_cache_hit, "none");
}

QUICK_TEST_P(Repeated, RequestsAtOnceGetTheirOwnAnswers) {
  constexpr std::array kQuestions = {"Say something about rivers.", "Say something about stones.",
                                     "Say something about lamps.", "Say something about salt."};
  std::vector<exo::ChatAnswer> alone;
  for (const char* question : kQuestions) {
    const auto answer = client().chat(ask(question, 16), in_time());
    ASSERT_THAT(answer, IsOk());
    alone.push_back(*answer);
  }

  std::vector<std::future<Outcome<exo::ChatAnswer>>> together;
  for (const char* question : kQuestions) {
    together.push_back(
        std::async(std::launch::async, [this, question] { return client().chat(ask(question, 16), in_time()); }));
  }

  for (std::size_t i = 0; i < together.size(); ++i) {
    SCOPED_TRACE(kQuestions[i]);
    const auto answer = together[i].get();
    ASSERT_THAT(answer, IsOk());
    EXPECT_THAT(*answer, SaysTheSameAs(alone[i]));
  }
}

QUICK_TEST_P(Repeated, LogprobsAreThoseOfTheAnswer) {
  auto request = endless(scenario().model.repo, 8);
  request.top_logprobs = 3;

  const auto answer = client().chat(request, in_time());

  ASSERT_THAT(answer, IsOk());
  ASSERT_EQ(answer->logprobs.size(), 8u);
  for (const exo::TokenLogprob& token : answer->logprobs) {
    ASSERT_EQ(token.top.size(), 3u);
    EXPECT_EQ(token.top[0].logprob, token.logprob) << "greedy: the chosen token is the likeliest";
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Repeated, testing::ValuesIn(gtest::scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

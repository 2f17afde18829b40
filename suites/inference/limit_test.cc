#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/gtest/known_finding.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"

#include "prompts.h"

namespace exo_harness::suites {
namespace {

using gtest::expect_unless_known;
using gtest::IsOk;

// A text of plain letters inside of `pieces` that spans the border of two of them, if there is one after the first.
std::string text_over_a_border(const std::vector<std::string>& pieces) {
  const auto plain = [](char c) { return c > ' ' && c < '\x7f'; };
  for (std::size_t i = 3; i + 1 < pieces.size(); ++i) {
    const std::string &left = pieces[i], &right = pieces[i + 1];
    if (!left.empty() && !right.empty() && plain(left.back()) && plain(right.front())) {
      return std::string(1, left.back()) + right.front();
    }
  }
  return "";
}

class Limit : public gtest::PlacedTest {
 protected:
  Deadline in_time() { return Deadline::after(cluster().spec().limits.generate); }
  const std::string& model() const { return scenario().model.repo; }
};

TEST_P(Limit, OfTokensIsExact) {
  for (const int tokens : {1, 2, 7}) {
    SCOPED_TRACE(tokens);
    const auto answer = client().chat(endless(model(), tokens), in_time());
    ASSERT_THAT(answer, IsOk());
    ASSERT_TRUE(answer->usage);
    EXPECT_EQ(answer->usage->completion_tokens, tokens);
    EXPECT_EQ(answer->finish_reason, "length");
  }
}

TEST_P(Limit, CutsTheAnswerAndChangesNothingBeforeIt) {
  const auto longer = client().chat(endless(model(), 12), in_time());
  const auto shorter = client().chat(endless(model(), 5), in_time());

  ASSERT_THAT(longer, IsOk());
  ASSERT_THAT(shorter, IsOk());
  EXPECT_THAT(longer->content, testing::StartsWith(shorter->content));
}

TEST_P(Limit, ByStopStringEndsTheAnswerBeforeIt) {
  const auto whole = client().stream_chat(endless(model(), 40), in_time());
  ASSERT_THAT(whole, IsOk());
  const std::string stop = text_over_a_border(whole->trace.deltas);
  if (stop.empty()) GTEST_SKIP() << "no plain letters meet at the border of two tokens of this answer";

  auto request = endless(model(), 40);
  request.stop = {stop};
  const auto stopped = client().chat(request, in_time());

  ASSERT_THAT(stopped, IsOk());
  const std::string wanted = whole->answer.content.substr(0, whole->answer.content.find(stop));
  expect_unless_known(
      "stop-string-leaks", stopped->content == wanted,
      format("stop string `{}`: the answer is `{}`, what stands before it is `{}`", stop, stopped->content, wanted));
  EXPECT_EQ(stopped->finish_reason, "stop");
}

TEST_P(Limit, ByStopStringThatDoesNotComeChangesNothing) {
  auto request = endless(model(), 12);
  const auto plain = client().chat(request, in_time());
  request.stop = {"\x01never\x01"};
  const auto with_stop = client().chat(request, in_time());

  ASSERT_THAT(plain, IsOk());
  ASSERT_THAT(with_stop, IsOk());
  EXPECT_EQ(with_stop->content, plain->content);
  EXPECT_EQ(with_stop->finish_reason, "length");
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Limit, testing::ValuesIn(gtest::scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

#include <optional>

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

using gtest::expect_unless_known;
using gtest::HasUsageThatAddsUp;
using gtest::IsOk;
using gtest::SaysTheSameAs;
using gtest::StopsExactlyAt;

/// A stop string of two plain letters that meet at the border of two tokens, and where it first stands.
struct Stop {
  std::string text;
  std::size_t at = 0;
};

// The first that stands nowhere before that border; behind the first three pieces, so that an answer is left.
std::optional<Stop> stop_over_a_border(const std::vector<std::string>& pieces, const std::string& whole) {
  const auto plain = [](char c) { return c > ' ' && c < '\x7f'; };
  std::size_t border = 0;
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
    border += pieces[i].size();
    const std::string &left = pieces[i], &right = pieces[i + 1];
    if (i < 3 || left.empty() || right.empty() || !plain(left.back()) || !plain(right.front())) continue;
    const Stop stop{std::string(1, left.back()) + right.front(), border - 1};
    if (whole.find(stop.text) == stop.at) return stop;
  }
  return std::nullopt;
}

class Limit : public gtest::PlacedTest {
 protected:
  Deadline in_time() { return Deadline::after(cluster().spec().limits.generate); }
  const std::string& model() const { return scenario().model.repo; }
};

QUICK_TEST_P(Limit, OfTokensIsExact) {
  for (const int tokens : {1, 2, 7}) {
    SCOPED_TRACE(tokens);
    const auto answer = client().chat(endless(model(), tokens), in_time());
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ(answer->finish_reason, "length");
    EXPECT_THAT(*answer, HasUsageThatAddsUp(tokens));
  }
}

QUICK_TEST_P(Limit, CutsTheAnswerAndChangesNothingBeforeIt) {
  const auto longer = client().chat(endless(model(), 12), in_time());
  const auto shorter = client().chat(endless(model(), 5), in_time());

  ASSERT_THAT(longer, IsOk());
  ASSERT_THAT(shorter, IsOk());
  EXPECT_THAT(longer->reasoning + longer->content, testing::StartsWith(shorter->reasoning + shorter->content));
}

QUICK_TEST_P(Limit, ByStopStringEndsTheAnswerBeforeIt) {
  const auto whole = client().stream_chat(endless(model(), 40), in_time());
  ASSERT_THAT(whole, IsOk());
  const auto stop = stop_over_a_border(whole->trace.deltas, whole->answer.content);
  if (!stop) GTEST_SKIP() << "no plain letters meet at the border of two tokens of this answer for the first time";

  auto request = endless(model(), 40);
  request.stop = {"\x01never\x01", stop->text};
  const auto stopped = client().chat(request, in_time());

  ASSERT_THAT(stopped, IsOk());
  const std::string& text = whole->answer.content;
  const bool leaks = stopped->content == text.substr(0, stop->at + 1);
  if (!leaks) {
    ASSERT_THAT(*stopped, StopsExactlyAt({stop->text}, text));
  }
  expect_unless_known("stop-string-leaks", !leaks,
                      format("stop string `{}`: the answer is `{}`, what stands before it is `{}`", stop->text,
                             stopped->content, text.substr(0, stop->at)));
  EXPECT_EQ(stopped->finish_reason, "stop");
}

QUICK_TEST_P(Limit, ByStopStringThatDoesNotComeChangesNothing) {
  auto request = endless(model(), 12);
  const auto plain = client().chat(request, in_time());
  request.stop = {"\x01never\x01"};
  const auto with_stop = client().chat(request, in_time());

  ASSERT_THAT(plain, IsOk());
  ASSERT_THAT(with_stop, IsOk());
  EXPECT_THAT(*with_stop, SaysTheSameAs(*plain));
  EXPECT_EQ(with_stop->finish_reason, "length");
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Limit, testing::ValuesIn(gtest::scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

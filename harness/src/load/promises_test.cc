#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/load/block.h"
#include "exo_harness/load/describe.h"
#include "exo_harness/load/load.h"

namespace exo_harness::load {
namespace {

using testing::HasSubstr;

LoadResult whole() {
  LoadResult r;
  r.summary.completed = 4;
  r.tokens = {16, 16, 16, 0, 0, 0, ""};
  r.summary.stream_tokens_per_s = measure::summarise({100, 100, 100, 100});
  r.server_generation_tps = measure::summarise({101, 101, 101, 101});
  r.samples["ttft_ms"] = {3, 1, 2, 9};
  return r;
}

TEST(Promises, AreKeptByAWholeLoad) {
  EXPECT_TRUE(broken_promises(whole(), true).empty());
  EXPECT_TRUE(doubts(whole()).empty());
}

TEST(Promises, WithoutTokensAreBroken) {
  LoadResult r = whole();
  r.tokens = {};
  EXPECT_FALSE(broken_promises(r, false).empty());
  EXPECT_FALSE(broken_promises(LoadResult(), true).empty());
}

TEST(Promises, FramesWithoutAnyTokenAreBroken) {
  LoadResult r = whole();
  r.tokens = {0, 4, 0, 0, 0, 0, ""};
  EXPECT_THAT(broken_promises(r, false).at(0).what, HasSubstr("no request brought a token"));
}

TEST(Promises, AnAnswerThatEndsInAnErrorIsNone) {
  LoadResult r = whole();
  r.finish_reasons = {{"length", 3}, {"error", 1}};
  EXPECT_THAT(broken_promises(r, false).at(0).what, HasSubstr("1 answers ended with finish_reason `error`"));
}

TEST(Promises, OfUsageAreHeldToTheFrames) {
  LoadResult r = whole();
  r.tokens.more_frames = 1;
  EXPECT_THAT(broken_promises(r, true).at(0).what, HasSubstr("more frames than tokens"));
  r = whole();
  r.tokens.without_usage = 2;
  EXPECT_THAT(broken_promises(r, true).at(0).what, HasSubstr("no usage"));
}

TEST(Promises, OfTheLimitAndTheModelAreHeld) {
  LoadResult r = whole();
  r.plan.max_tokens = 4, r.tokens.over_limit = 1;
  EXPECT_THAT(broken_promises(r, false).at(0).what, HasSubstr("1 of 4 answers have more tokens than the 4"));
  r = whole();
  r.plan.model = "a", r.other_model = "b";
  EXPECT_THAT(broken_promises(r, true).at(0).what, HasSubstr("`a` was asked, and an answer says that it is of `b`"));
  // Others answer to a short name with the whole one.
  EXPECT_TRUE(broken_promises(r, false).empty());
  EXPECT_THAT(doubts(r), testing::ElementsAre(HasSubstr("of `b`, not of `a`")));
}

TEST(Doubts, NameSpeedsThatDisagreeAndNeverBreakAPromise) {
  LoadResult r = whole();
  r.server_generation_tps = measure::summarise({120, 120, 120, 120});
  EXPECT_THAT(doubts(r), testing::ElementsAre(HasSubstr("the server tells 120.0 tokens/s a stream, here came 100.0")));
  EXPECT_TRUE(broken_promises(r, true).empty());
}

TEST(Doubts, NameSendsThatWereLate) {
  LoadResult r = whole();
  r.summary.send_lateness_ms = measure::summarise({0.1, 7});
  EXPECT_THAT(doubts(r), testing::ElementsAre(HasSubstr("7.0 ms late")));
}

TEST(Block, HasMediansAndIsInvalidWhenAPromiseIsBroken) {
  LoadResult r = whole();
  const journal::BlockMeasured block = block_of(r, true);
  EXPECT_EQ(block.metrics.at("ttft_ms"), 2);
  EXPECT_EQ(block.requests, 4);
  EXPECT_TRUE(block.valid);
  r.tokens.fewer_frames = 1;
  EXPECT_FALSE(block_of(r, true).valid);
  r = whole();
  r.client.limited = "busy";
  EXPECT_EQ(block_of(r, true).why_invalid, "busy");
}

TEST(Describe, SaysSampleSizesAndNoP99BelowAHundred) {
  LoadResult r = whole();
  r.summary.ttft_ms = measure::summarise({1, 2, 3, 4});
  const std::string text = describe(r);
  EXPECT_THAT(text, HasSubstr("TTFT     ms              4       2.00      4.00         -      4.00"));
  EXPECT_THAT(text, HasSubstr("4 requests: 4 completed, 0 failed; 0 warm-ups left out"));
  for (const measure::Definition& d : measure::load_definitions())
    EXPECT_THAT(describe_definitions(), HasSubstr(std::string(d.text)));
}

TEST(Describe, ClaimsNoTimerThatNeverCame) {
  LoadResult r = whole();
  r.client.callback_us = measure::summarise({3, 12});
  EXPECT_THAT(describe(r), HasSubstr("stamps at most 12 us (most, n=2) late, no timer came due; "));
  r.client.timer_us = measure::summarise({7});
  EXPECT_THAT(describe(r), HasSubstr("late, a timer 7 us (most, n=1); "));
}

TEST(Promises, SayWhenAllThatFailedWereWarmUps) {
  LoadResult r = whole();
  r.failed = {{FailureKind::refused, 2, 2, {FailureKind::refused, "HTTP 503", ""}}};
  EXPECT_EQ(broken_promises(r, true).at(0).what, "2 requests failed in the warm-up: HTTP 503");
  r.failed[0].warm_ups = 0;
  EXPECT_EQ(broken_promises(r, true).at(0).what, "2 requests failed: HTTP 503");
}

}  // namespace
}  // namespace exo_harness::load

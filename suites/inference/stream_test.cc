#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/gtest/answer_matchers.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"

#include "prompts.h"

namespace exo_harness::suites {
namespace {

using gtest::HasUsageThatAddsUp;
using gtest::IsOk;
using gtest::RunsToItsEnd;
using gtest::SaysTheSameAs;
using gtest::StartsWithin;

std::int64_t ms(std::int64_t ns) {
  return ns / 1'000'000;
}

class Stream : public gtest::PlacedTest {
 protected:
  Deadline in_time() { return Deadline::after(cluster().spec().limits.generate); }
};

QUICK_TEST_P(Stream, RunsToItsEndWithUsage) {
  const auto stream = client().stream_chat(ask("Hello", 16), in_time());

  ASSERT_THAT(stream, IsOk());
  EXPECT_THAT(*stream, RunsToItsEnd());
  EXPECT_THAT(stream->answer, HasUsageThatAddsUp(16));
  EXPECT_EQ(stream->answer.model, scenario().model.repo);
  EXPECT_EQ(stream->answer.role, "assistant");
}

TEST_P(Stream, BeginsInTime) {
  const auto stream = client().stream_chat(ask("Hello there, how are you?", 16), in_time());

  ASSERT_THAT(stream, IsOk());
  EXPECT_THAT(*stream, StartsWithin(cluster().spec().limits.first_token));
  RecordProperty("ttft_ms", std::to_string(ms(stream->trace.first_token_ns - stream->trace.sent_ns)));
  RecordProperty("answer_ms", std::to_string(ms(stream->trace.end_ns - stream->trace.sent_ns)));
}

QUICK_TEST_P(Stream, SaysTheSameAsTheWholeAnswer) {
  const auto whole = client().chat(ask("Hello", 24), in_time());
  const auto stream = client().stream_chat(ask("Hello", 24), in_time());

  ASSERT_THAT(whole, IsOk());
  ASSERT_THAT(stream, IsOk());
  EXPECT_THAT(*stream, SaysTheSameAs(*whole));
  EXPECT_TRUE(whole->usage && stream->answer.usage);
}

QUICK_TEST_P(Stream, SendsAPieceForEachToken) {
  const auto stream = client().stream_chat(endless(scenario().model.repo, 12), in_time());

  ASSERT_THAT(stream, IsOk());
  ASSERT_EQ(stream->answer.finish_reason, "length");
  EXPECT_EQ(stream->trace.data_events, 12);
}

QUICK_TEST_P(Stream, CutsNoCharacterInTwo) {
  auto request = request_of(prompt("utf8"), scenario().model.repo);
  request.max_tokens = 48;

  const auto whole = client().chat(request, in_time());
  const auto stream = client().stream_chat(request, in_time());

  ASSERT_THAT(whole, IsOk());
  ASSERT_THAT(stream, IsOk());
  EXPECT_THAT(*stream, SaysTheSameAs(*whole)) << "U+FFFD stands for half of a character";
  EXPECT_THAT(stream->trace.deltas, testing::Each(gtest::IsUtf8()));
}

TEST_P(Stream, ThatIsClosedLeavesTheInstanceFree) {
  const auto closed = client().stream_chat(endless(scenario().model.repo, 400), in_time(),
                                           [](const exo::StreamTrace&) { return http::Continue::no; });
  const auto next = client().chat(ask("Hello", 4), in_time());

  ASSERT_THAT(closed, IsOk());
  EXPECT_FALSE(closed->trace.done);
  EXPECT_THAT(next, IsOk());
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Stream, testing::ValuesIn(gtest::scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

// Cancelling an answer that is being given. Source: contract 1, 10.
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"

#include "world_sizes.h"

namespace exo_harness::suites {
namespace {

using gtest::FailsWith;
using gtest::IsOk;
using namespace std::chrono_literals;

/// A stream that was cancelled at its first token, and what was said to that.
struct Cancelled {
  std::optional<Outcome<exo::CommandReply>> reply;
  Outcome<exo::ChatStream> stream;
};

class Cancel : public gtest::PlacedTest {
 protected:
  Deadline in_time() { return Deadline::after(cluster().spec().limits.generate); }

  Cancelled cancel_at_the_first_token() {
    std::optional<Outcome<exo::CommandReply>> reply;
    auto stream = client().stream_chat(ask("Tell me a very long story about a river.", 20'000), in_time(),
                                       [&](const exo::StreamTrace& trace) {
                                         if (!reply) reply = client().cancel(trace.command_id, Deadline::after(10s));
                                         return http::Continue::yes;
                                       });
    return {std::move(reply), std::move(stream)};
  }
};

TEST_P(Cancel, EndsTheStreamWithoutItsEnd) {
  const Cancelled cancelled = cancel_at_the_first_token();

  ASSERT_TRUE(cancelled.reply) << "no token came: " << to_string(cancelled.stream.failure());
  ASSERT_THAT(*cancelled.reply, IsOk());
  EXPECT_THAT(cancelled.stream, FailsWith(FailureKind::truncated, testing::_));
}

TEST_P(Cancel, OfAnAnswerThatIsGivenIsRefused) {
  const auto answer = client().chat(ask("Hello", 2), in_time());
  ASSERT_THAT(answer, IsOk());

  EXPECT_THAT(client().cancel(answer->id, Deadline::after(10s)),
              FailsWith(FailureKind::refused, testing::HasSubstr("Command not found or already completed")));
}

TEST_P(Cancel, LeavesTheInstanceFree) {
  cancel_at_the_first_token();

  EXPECT_THAT(client().chat(ask("Hello", 4), in_time()), IsOk());
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Cancel, testing::ValuesIn(one_per_world_size()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

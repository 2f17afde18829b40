// A client goes away in the middle of its answer. Source: contract 11.
#include <gtest/gtest.h>

#include "exo_harness/gtest/matchers.h"

#include "breakable.h"

namespace exo_harness::suites {
namespace {

class Client : public BreakableTest {};

TEST_P(Client, ThatLeavesAStreamFreesTheInstance) {
  const auto leaves = [](const exo::StreamTrace& trace) {
    return trace.data_events < 3 ? http::Continue::yes : http::Continue::no;
  };
  const Deadline deadline = Deadline::after(cluster().spec().limits.generate);
  const auto stream = client().stream_chat(ask("Tell a long story", 512), deadline, leaves);
  ASSERT_THAT(stream, gtest::IsOk());
  ASSERT_FALSE(stream->trace.done) << "the stream ended before the client left";
  const auto left = Clock::now();

  const auto next = client().chat(ask("Hello", 4), Deadline::after(within(limits_.taken_over)));

  EXPECT_THAT(next, gtest::IsOk()) << "the next request does not get its answer";
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - left);
  if (next) RecordProperty("free_ms", std::to_string(took.count()));
  expect_nothing_stale();
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Client, testing::ValuesIn(breakable_scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites

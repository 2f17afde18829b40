#include "load/load_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"

namespace exo_harness::tools {
namespace {

TEST(AnSlo, IsReadWithItsUnits) {
  const measure::Slo slo = parse_slo({"ttft=500ms", "tpot=0.05s", "e2e=10s"});
  EXPECT_EQ(slo.ttft_ms, 500);
  EXPECT_EQ(slo.tpot_ms, 50);
  EXPECT_EQ(slo.end_to_end_ms, 10000);
  EXPECT_FALSE(parse_slo({}).any());
}

TEST(AnSlo, ThatIsNoneIsAUsageError) {
  for (const char* bad : {"ttft", "ttft=", "ttft=5", "ttft=-5ms", "ttft=0ms", "speed=5ms", "ttft=5mss", "ttft=nanms"}) {
    EXPECT_THROW(parse_slo({bad}), UsageError) << bad;
  }
  EXPECT_THROW(parse_slo({"ttft=5ms", "ttft=6ms"}), UsageError);
}

TEST(ASchedule, IsOpenWithARateAndClosedWithout) {
  LoadOptions options;
  EXPECT_EQ(schedule_of(options).kind, load::Schedule::Kind::closed);
  options.rate = 2;
  EXPECT_EQ(schedule_of(options).kind, load::Schedule::Kind::poisson);
  options.fixed = true;
  EXPECT_EQ(schedule_of(options).kind, load::Schedule::Kind::fixed);
}

TEST(ASchedule, HasFourRequestsAStreamUnlessTheyOrATimeAreGiven) {
  LoadOptions options;
  EXPECT_EQ(schedule_of(options).requests, 16);
  options.concurrency = 10;
  EXPECT_EQ(schedule_of(options).requests, 40);
  options.duration_s = 3;
  EXPECT_EQ(schedule_of(options).requests, 0);
  options.requests = 5;
  EXPECT_EQ(schedule_of(options).requests, 5);
}

}  // namespace
}  // namespace exo_harness::tools

#include "exo_harness/core/outcome.h"

#include <gtest/gtest.h>

#include "exo_harness/core/verdict.h"

namespace exo_harness {
namespace {

TEST(Outcome, HoldsAValueOrAFailure) {
  const Outcome<int> good = 7;
  const Outcome<int> bad = Failure{FailureKind::refused, "HTTP 404", ""};

  EXPECT_EQ(*good, 7);
  EXPECT_FALSE(bad.ok());
  EXPECT_EQ(bad.failure().kind, FailureKind::refused);
}

TEST(OutcomeDeathTest, AbortsWhenTheWrongSideIsRead) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  const Outcome<int> bad = Failure{FailureKind::refused, "HTTP 404", ""};

  EXPECT_DEATH((void)bad.value(), "value\\(\\) of a failed outcome: refused: HTTP 404");
}

TEST(FailureKinds, KeepTheirNamesBothWays) {
  for (int i = 0; i <= static_cast<int>(FailureKind::unfit); ++i) {
    const auto kind = static_cast<FailureKind>(i);
    ASSERT_NE(to_string(kind), "unknown") << i;
    EXPECT_EQ(parse_failure_kind(to_string(kind)), kind);
  }
}

TEST(AVerdict, SaysNoMoreThanItsKindProves) {
  EXPECT_EQ(verdict_of(FailureKind::stalled), Verdict::hang);
  EXPECT_EQ(verdict_of(FailureKind::exited), Verdict::crash);
  EXPECT_EQ(verdict_of(FailureKind::vanished), Verdict::lost);
  EXPECT_EQ(verdict_of(FailureKind::unfit), Verdict::environment);
  for (const FailureKind kind : {FailureKind::empty_answer, FailureKind::error_in_200, FailureKind::truncated,
                                 FailureKind::refused, FailureKind::malformed, FailureKind::mismatch}) {
    EXPECT_EQ(verdict_of(kind), Verdict::failed) << to_string(kind) << ": nobody saw a process die or a node leave";
  }
}

}  // namespace
}  // namespace exo_harness

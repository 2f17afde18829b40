// The words of a run are spelled and read in one place each, both ways.
#include <gtest/gtest.h>

#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/phase.h"
#include "exo_harness/core/verdict.h"

namespace exo_harness {
namespace {

TEST(Verdicts, KeepTheirWordsBothWays) {
  for (int i = 0; i <= static_cast<int>(Verdict::crash); ++i) {
    const auto verdict = static_cast<Verdict>(i);
    EXPECT_EQ(parse_verdict(to_string(verdict)), verdict);
  }
  EXPECT_EQ(parse_verdict("splendid"), std::nullopt);
  EXPECT_EQ(to_string(Verdict::unexpected_pass), "unexpected_pass");
  EXPECT_EQ(humanize(Verdict::unexpected_pass), "unexpected pass");
}

TEST(Verdicts, AreGoodOrBlameTheProductOrNeither) {
  for (const Verdict good : {Verdict::passed, Verdict::expected_failure, Verdict::skipped}) {
    EXPECT_TRUE(is_good(good) && !is_product_failure(good)) << to_string(good);
    EXPECT_EQ(exit_code_of(good), ExitCode::passed);
  }
  for (const Verdict bad : {Verdict::unexpected_pass, Verdict::failed, Verdict::lost, Verdict::hang, Verdict::crash}) {
    EXPECT_TRUE(!is_good(bad) && is_product_failure(bad)) << to_string(bad);
    EXPECT_EQ(is_failure(bad), bad != Verdict::unexpected_pass);
    EXPECT_EQ(exit_code_of(bad), ExitCode::failed);
  }
  for (const Verdict other : {Verdict::inconclusive, Verdict::environment, Verdict::harness}) {
    EXPECT_FALSE(is_good(other) || is_product_failure(other)) << to_string(other);
  }
}

TEST(Blame, KeepsItsWordsAndHasItsVerdict) {
  for (const Blame blame : {Blame::product, Blame::environment, Blame::harness}) {
    EXPECT_EQ(parse_blame(to_string(blame)), blame);
  }
  EXPECT_EQ(verdict_of(Blame::product), Verdict::failed);
  EXPECT_EQ(verdict_of(Blame::environment), Verdict::environment);
  EXPECT_EQ(verdict_of(Blame::harness), Verdict::harness);
}

TEST(ExitCodes, AreReadFromNumbersAndStandForNoMoreThanWasJudged) {
  EXPECT_EQ(parse_exit_code(77), ExitCode::all_skipped);
  EXPECT_EQ(parse_exit_code(134), std::nullopt);
  EXPECT_EQ(verdict_of(ExitCode::failed), Verdict::failed);
  for (const ExitCode code :
       {ExitCode::inconclusive, ExitCode::not_comparable, ExitCode::nothing_selected, ExitCode::all_skipped}) {
    EXPECT_EQ(verdict_of(code), Verdict::inconclusive) << to_int(code);
  }
}

TEST(ExitCodes, AreHarmlessWhereNothingBadWasSeen) {
  for (const int number : {0, 5, 77}) EXPECT_TRUE(ends_harmless(number)) << number;
  for (const int number : {1, 2, 3, 4, 134}) EXPECT_FALSE(ends_harmless(number)) << number;
}

TEST(Phases, KeepTheirNamesBothWaysAndTheirOrder) {
  for (const Phase phase : all_phases()) EXPECT_EQ(parse_phase(to_string(phase)), phase);
  EXPECT_EQ(all_phases().size(), static_cast<std::size_t>(Phase::stop) + 1);
  EXPECT_EQ(parse_phase("warmup"), std::nullopt);
  EXPECT_EQ(to_string({Phase::load, Phase::warm_up}), "load, warm-up");
  EXPECT_LT(Phase::warm_up, Phase::first_token);
}

TEST(Phases, OfTheStartUpAreOfRunnersToo) {
  EXPECT_TRUE(is_start_up(Phase::connect) && is_start_up(Phase::load) && is_start_up(Phase::warm_up));
  EXPECT_FALSE(is_start_up(Phase::place) || is_start_up(Phase::generate));
  EXPECT_TRUE(is_of_runners(Phase::first_token) && is_of_runners(Phase::generate));
  EXPECT_FALSE(is_of_runners(Phase::place) || is_of_runners(Phase::remove));
}

}  // namespace
}  // namespace exo_harness

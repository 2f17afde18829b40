#include "exo_harness/measure/rank.h"

#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/measure/change_points.h"
#include "exo_harness/measure/exact_tests.h"

#include "scipy_vectors_test.h"

namespace exo_harness::measure {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr double kRelative = 1e-10;

void expect_close(double seen, double wanted) {
  if (std::isinf(wanted)) {
    EXPECT_EQ(seen, wanted);
  } else {
    EXPECT_NEAR(seen, wanted, kRelative * std::max(std::abs(wanted), 1e-6));
  }
}

std::vector<double> values(std::mt19937_64& random, std::size_t count, double shift = 0) {
  std::normal_distribution<double> normal(shift, 1);
  std::vector<double> made(count);
  for (double& value : made) value = normal(random);
  return made;
}

TEST(RankTests, SayWhatScipySays) {
  for (const RankVector& v : kRankVectors) {
    SCOPED_TRACE(v.a.size() * 100 + v.b.size());
    expect_close(mann_whitney_p_greater(v.a, v.b), v.p_greater);
    expect_close(hodges_lehmann(v.a, v.b), v.shift);
    expect_close(shift_lower_bound(v.a, v.b, 0.95), v.lower95);
    expect_close(shift_lower_bound(v.a, v.b, 0.975), v.lower975);
  }
}

TEST(RankTests, TheDistributionIsOne) {
  for (const auto& [n, m] : {std::pair<std::size_t, std::size_t>{1, 1}, {5, 5}, {10, 10}, {3, 40}, {40, 40}}) {
    const std::vector<double> p = mann_whitney_distribution(n, m);
    ASSERT_THAT(p, SizeIs(n * m + 1));
    double sum = 0;
    for (std::size_t u = 0; u < p.size(); ++u) {
      EXPECT_GE(p[u], 0);
      EXPECT_NEAR(p[u], p[p.size() - 1 - u], 1e-9);
      sum += p[u];
    }
    EXPECT_NEAR(sum, 1, 1e-12);
  }
}

// Critical values of U: 4 of 5 against 5 at 95 %, 23 of 10 against 10 at 97.5 %. The bounds are the 5th and the 24th,
// as of R's wilcox.test.
TEST(RankTests, TheBoundsAreTheOrderStatisticsOfTheTables) {
  const std::vector<double> five = {0, 100, 200, 300, 400}, shifted = {1, 11, 21, 31, 41};
  std::vector<double> differences;
  for (const double a : five) {
    for (const double b : shifted) differences.push_back(b - a);
  }
  std::sort(differences.begin(), differences.end());
  EXPECT_EQ(shift_lower_bound(five, shifted, 0.95), differences[4]);
  EXPECT_EQ(shift_upper_bound(five, shifted, 0.95), differences[25 - 5]);
}

TEST(RankTests, TheBoundsHaveTheirLevel) {
  std::mt19937_64 random(11);
  constexpr int kTrials = 20'000;
  int above_of_5 = 0, above_of_10 = 0;
  for (int i = 0; i < kTrials; ++i) {
    above_of_5 += shift_lower_bound(values(random, 5), values(random, 5, 1), 0.95) > 1 ? 1 : 0;
    above_of_10 += shift_lower_bound(values(random, 10), values(random, 10, 1), 0.975) > 1 ? 1 : 0;
  }
  EXPECT_NEAR(above_of_5 / double(kTrials), 0.0476, 0.006);   // P(U <= 4)
  EXPECT_NEAR(above_of_10 / double(kTrials), 0.0216, 0.004);  // P(U <= 23)
}

TEST(RankTests, TooFewValuesHaveNoBound) {
  EXPECT_EQ(shift_lower_bound({1, 2, 3}, {4, 5, 6}, 0.99), -HUGE_VAL);
  EXPECT_EQ(shift_upper_bound({1, 2, 3}, {4, 5, 6}, 0.99), HUGE_VAL);
  EXPECT_EQ(shift_lower_bound({}, {1}, 0.95), -HUGE_VAL);
  EXPECT_TRUE(std::isnan(hodges_lehmann({}, {1})));
  EXPECT_TRUE(std::isnan(median({})));
  EXPECT_EQ(mann_whitney_p_greater({}, {1}), 1);
}

TEST(RankTests, TiesNeverMakeADifference) {
  const std::vector<double> same(5, 1.0);
  EXPECT_EQ(mann_whitney_p_greater(same, same), 1);
  EXPECT_EQ(hodges_lehmann(same, same), 0);
}

TEST(RankProperties, ExchangingTheSidesTurnsTheSign) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 50; ++i) {
    const auto a = values(random, 5 + i % 6), b = values(random, 5 + i % 4, 0.5);
    EXPECT_DOUBLE_EQ(hodges_lehmann(a, b), -hodges_lehmann(b, a));
    EXPECT_EQ(shift_lower_bound(a, b, 0.95), -shift_upper_bound(b, a, 0.95));
  }
}

TEST(RankProperties, AShiftOfOneSideShiftsTheAnswerAndRaisesTheEvidence) {
  std::mt19937_64 random(8);
  for (int i = 0; i < 50; ++i) {
    const auto a = values(random, 8), b = values(random, 8);
    double p = 1;
    for (const double shift : {0.0, 0.5, 1.0, 3.0}) {
      std::vector<double> moved = b;
      for (double& value : moved) value += shift;
      EXPECT_NEAR(hodges_lehmann(a, moved), hodges_lehmann(a, b) + shift, 1e-12);
      EXPECT_LE(mann_whitney_p_greater(a, moved), p);
      p = mann_whitney_p_greater(a, moved);
      EXPECT_LE(shift_lower_bound(a, moved, 0.95), hodges_lehmann(a, moved));
      EXPECT_GE(shift_upper_bound(a, moved, 0.95), hodges_lehmann(a, moved));
    }
  }
}

TEST(ExactTests, SayWhatScipySays) {
  for (const FisherVector& v : kFisherVectors) {
    expect_close(fisher_p_greater(v.failures_a, v.runs_a, v.failures_b, v.runs_b), v.p);
  }
  for (const McNemarVector& v : kMcNemarVectors) expect_close(mcnemar_p_greater(v.lost, v.won), v.p);
  for (const WelchVector& v : kWelchVectors) expect_close(welch_p(v.a, v.b), v.p);
}

TEST(ExactTests, WelchOfValuesWithoutSpread) {
  EXPECT_EQ(welch_p({1, 1}, {1, 1}), 1);
  EXPECT_EQ(welch_p({1, 1}, {2, 2}), 0);
  EXPECT_EQ(welch_p({1}, {2, 3}), 1);
}

TEST(Holm, StopsAtTheFirstThatIsNotBelieved) {
  EXPECT_THAT(holm({0.01, 0.04, 0.03, 0.005}, 0.05), ElementsAre(true, false, false, true));
  EXPECT_THAT(holm({0.04}, 0.05), ElementsAre(true));
  EXPECT_THAT(holm({}, 0.05), IsEmpty());
}

TEST(ChangePoints, AreWhereTheLevelChanges) {
  std::mt19937_64 random(9);
  std::vector<double> series = values(random, 30);
  for (const double value : values(random, 20, 6)) series.push_back(value);
  for (const double value : values(random, 30, 3)) series.push_back(value);

  const auto points = change_points(series);

  ASSERT_THAT(points, SizeIs(2));
  EXPECT_NEAR(static_cast<double>(points[0].at), 30, 1);
  EXPECT_NEAR(static_cast<double>(points[1].at), 50, 2);
  EXPECT_NEAR(points[0].before, 0, 0.6);
  EXPECT_NEAR(points[0].after, 6, 0.8);
  EXPECT_LT(points[0].p, 0.001);
}

TEST(ChangePoints, AreRareInNoise) {
  std::mt19937_64 random(10);
  int with_points = 0;
  for (int i = 0; i < 200; ++i) with_points += change_points(values(random, 40)).empty() ? 0 : 1;
  EXPECT_LE(with_points, 20);
}

TEST(ChangePoints, ShortAndConstantSeriesHaveNone) {
  EXPECT_THAT(change_points({}), IsEmpty());
  EXPECT_THAT(change_points({1, 2, 3}), IsEmpty());
  EXPECT_THAT(change_points(std::vector<double>(50, 4.0)), IsEmpty());
}

}  // namespace
}  // namespace exo_harness::measure

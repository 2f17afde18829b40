#include "exo_harness/load/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/load/prompt.h"
#include "exo_harness/load/ramp.h"

namespace exo_harness::load {
namespace {

TEST(Schedule, OfAFixedRateIsEven) {
  Schedule s;
  s.kind = Schedule::Kind::fixed;
  s.rate = 4;
  s.requests = 3;
  EXPECT_THAT(arrivals_ns(s), testing::ElementsAre(0, 250'000'000, 500'000'000));
}

TEST(Schedule, OfPoissonHasItsRateAndIsTheSameForASeed) {
  Schedule s;
  s.kind = Schedule::Kind::poisson;
  s.rate = 100;
  s.requests = 10'000;
  const auto due = arrivals_ns(s);

  EXPECT_EQ(due, arrivals_ns(s));
  EXPECT_TRUE(std::is_sorted(due.begin(), due.end()));
  EXPECT_NEAR(static_cast<double>(due.back()) / 1e9, 100, 3) << "three standard deviations";
  s.seed = 43;
  EXPECT_NE(due, arrivals_ns(s));
}

TEST(Schedule, EndsWithItsTime) {
  Schedule s;
  s.kind = Schedule::Kind::fixed;
  s.rate = 10;
  s.requests = 0;
  s.duration = milliseconds(1000);
  EXPECT_EQ(arrivals_ns(s).size(), 10u);
}

TEST(Prompts, BeginWithWordsOfTheirOwnAndAreTheSameForASeed) {
  const PromptMaker maker(7);
  EXPECT_EQ(maker.endless(1, 50).text, PromptMaker(7).endless(1, 50).text);
  EXPECT_NE(maker.endless(1, 50).text.substr(0, 8), maker.endless(2, 50).text.substr(0, 8));
  EXPECT_NE(maker.endless(1, 50).text.substr(0, 8), PromptMaker(8).endless(1, 50).text.substr(0, 8));
}

TEST(Prompts, HoldTheirNeedleOnce) {
  const PromptMaker maker(7);
  for (std::uint64_t number = 0; number < 50; ++number) {
    const PromptText prompt = maker.needle(number, 400);
    const std::size_t at = prompt.text.find(prompt.needle);
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(prompt.text.find(prompt.needle, at + 1), std::string::npos);
    EXPECT_NEAR(static_cast<double>(std::count(prompt.text.begin(), prompt.text.end(), ' ')), 400, 5);
  }
}

TEST(Ramp, HasItsKneeWhereMoreStreamsBringNoMore) {
  EXPECT_EQ(saturation_knee({100, 190, 350, 360, 340}), 2u);
  EXPECT_EQ(saturation_knee({100, 190, 350}), std::nullopt);
  EXPECT_EQ(saturation_knee({100, 101, 99}), 0u);
  EXPECT_EQ(saturation_knee({}), std::nullopt);
}

}  // namespace
}  // namespace exo_harness::load

#include <gtest/gtest.h>

#include "exo_harness/measure/latency.h"
#include "exo_harness/measure/summary.h"

namespace exo_harness::measure {
namespace {

TEST(Percentile, IsTheNearestRank) {
  const std::vector<double> samples{15, 20, 35, 40, 50};
  EXPECT_EQ(percentile(samples, 5), 15);
  EXPECT_EQ(percentile(samples, 30), 20);
  EXPECT_EQ(percentile(samples, 40), 20);
  EXPECT_EQ(percentile(samples, 50), 35);
  EXPECT_EQ(percentile(samples, 100), 50);
  EXPECT_EQ(percentile({}, 50), std::nullopt);
  EXPECT_EQ(percentile({10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, 90), 9);
}

TEST(Summary, SaysNoPercentileThatTheSamplesCannotBear) {
  std::vector<double> samples;
  for (int i = 1; i <= 99; ++i) samples.push_back(i);
  EXPECT_EQ(summarise(samples).p99, std::nullopt);
  samples.push_back(100);
  EXPECT_EQ(summarise(samples).p99, 99);
  EXPECT_EQ(summarise(samples).p999, std::nullopt);
}

TEST(Summary, OfNothingIsNone) {
  EXPECT_EQ(summarise({}).count, 0u);
  EXPECT_EQ(to_string(summarise({}), "ms"), "none");
}

TEST(Summary, HasMeanAndDeviation) {
  const Summary s = summarise({2, 4, 4, 4, 5, 5, 7, 9});
  EXPECT_DOUBLE_EQ(s.mean, 5);
  EXPECT_NEAR(s.deviation, 2.138, 0.001);
  EXPECT_EQ(summarise({3}).deviation, 0);
}

RequestTimes request(std::int64_t sent_ms, std::vector<std::int64_t> token_ms, int tokens) {
  RequestTimes r;
  r.sent_ns = sent_ms * 1'000'000;
  for (const std::int64_t t : token_ms) r.token_ns.push_back(t * 1'000'000);
  r.end_ns = token_ms.empty() ? r.sent_ns : r.token_ns.back() + 1'000'000;
  r.output_tokens = tokens;
  return r;
}

TEST(Latency, IsDefinedAsTheReportsSay) {
  const RequestTimes r = request(100, {150, 160, 160, 180}, 5);
  EXPECT_DOUBLE_EQ(*ttft_ms(r), 50);
  EXPECT_DOUBLE_EQ(*tpot_ms(r), 7.5) << "by the server's count of tokens, not by events";
  EXPECT_DOUBLE_EQ(*end_to_end_ms(r), 80);
  EXPECT_EQ(tpot_ms(request(0, {5}, 1)), std::nullopt);
  EXPECT_EQ(ttft_ms(request(0, {}, 0)), std::nullopt);
}

TEST(Load, CountsFailuresApartAndBurstsNotAsGaps) {
  RequestTimes failed = request(0, {1}, 1);
  failed.ok = false;
  const LoadSummary load = summarise_load({request(100, {150, 160, 160, 180}, 4), failed, request(600, {1099}, 1)});
  EXPECT_EQ(load.completed, 2u);
  EXPECT_EQ(load.failed, 1u);
  EXPECT_EQ(load.coalesced, 1u);
  EXPECT_EQ(load.gap_ms.count, 2u);
  EXPECT_DOUBLE_EQ(load.window_s, 1.0);
  EXPECT_DOUBLE_EQ(load.output_tokens_per_s, 5);
}

}  // namespace
}  // namespace exo_harness::measure

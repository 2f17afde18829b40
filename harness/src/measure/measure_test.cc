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
  LoadMeter meter;
  for (const auto& each : {request(100, {150, 160, 160, 180}, 4), failed, request(600, {1099}, 1)}) meter.add(each);
  const LoadSummary load = meter.summary();
  EXPECT_EQ(load.completed, 2u);
  EXPECT_EQ(load.failed, 1u);
  EXPECT_EQ(load.coalesced, 1u);
  EXPECT_EQ(load.gap_ms.count, 2u);
  EXPECT_DOUBLE_EQ(load.window_s, 1.0);
  EXPECT_DOUBLE_EQ(load.output_tokens_per_s, 5);
}

TEST(Load, OfAScheduleCountsFromTheSchedule) {
  RequestTimes r = request(100, {150, 180}, 2);
  EXPECT_EQ(ttft_scheduled_ms(r), std::nullopt);
  r.scheduled_ns = 70'000'000;
  EXPECT_DOUBLE_EQ(*ttft_scheduled_ms(r), 80);
  EXPECT_DOUBLE_EQ(*end_to_end_scheduled_ms(r), 110);
  LoadMeter meter;
  meter.add(r);
  EXPECT_DOUBLE_EQ(meter.summary().send_lateness_ms.max, 30);
}

TEST(Load, GoodIsWhatMeetsEachLimit) {
  const Slo slo{60, 10, std::nullopt};
  EXPECT_TRUE(slo.met_by(request(100, {150, 160}, 2)));
  EXPECT_FALSE(slo.met_by(request(100, {170, 180}, 2))) << "TTFT";
  EXPECT_FALSE(slo.met_by(request(100, {150, 170}, 2))) << "TPOT";
  EXPECT_TRUE(slo.met_by(request(100, {150}, 1))) << "one token has no pace";
  RequestTimes late = request(100, {150, 160}, 2);
  late.scheduled_ns = 80'000'000;
  EXPECT_FALSE(slo.met_by(late)) << "its user waited since 80";
  LoadMeter meter(slo);
  meter.add(request(100, {150, 160}, 2));
  meter.add(request(100, {170, 1099}, 2));
  EXPECT_EQ(meter.summary().good, 1u);
  EXPECT_DOUBLE_EQ(meter.summary().goodput_per_s, 1);
}

TEST(Load, HasTheSpeedOfThePrefill) {
  RequestTimes r = request(100, {150}, 1);
  r.prompt_tokens = 100;
  EXPECT_DOUBLE_EQ(*prefill_tokens_per_s(r), 2000);
}

TEST(Histogram, AgreesWithRawSamplesWithinItsCells) {
  std::vector<double> raw;
  Histogram histogram;
  double x = 0.37;
  for (int i = 0; i < 20'000; ++i) {
    x = x * 3.99 * (1 - x);  // Anything irregular.
    raw.push_back(0.02 + 80 * x * x);
    histogram.add(raw.back());
  }
  const Summary exact = summarise(raw), cells = histogram.summary();
  EXPECT_EQ(cells.count, exact.count);
  EXPECT_EQ(cells.min, exact.min);
  EXPECT_EQ(cells.max, exact.max);
  EXPECT_NEAR(cells.mean, exact.mean, 1e-6);
  EXPECT_NEAR(cells.deviation, exact.deviation, 1e-6);
  EXPECT_NEAR(cells.p50, exact.p50, exact.p50 * 0.0006);
  EXPECT_NEAR(*cells.p99, *exact.p99, *exact.p99 * 0.0006);
  EXPECT_NEAR(*cells.p999, *exact.p999, *exact.p999 * 0.0006);
}

TEST(Histogram, KeepsWhatIsBeyondItsCells) {
  Histogram histogram;
  EXPECT_EQ(histogram.summary().count, 0u);
  histogram.add(-1);
  histogram.add(0);
  histogram.add(1e12);
  const Summary s = histogram.summary();
  EXPECT_EQ(s.min, -1);
  EXPECT_EQ(s.p50, -1) << "below the cells all are the least";
  EXPECT_EQ(s.max, 1e12);
  EXPECT_EQ(s.p90, 1e12);
}

}  // namespace
}  // namespace exo_harness::measure

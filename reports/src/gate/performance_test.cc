#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "block_rule.h"
#include "is_reason_test.h"
#include "made_run_test.h"
#include "parts.h"

namespace exo_reports {
namespace {

namespace journal = exo_harness::journal;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using Values = std::vector<double>;

// Around `middle`, 1 % up and down.
Values around(double middle, std::size_t count) {
  Values values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(middle * (1 + 0.01 * (static_cast<double>(i % 5) - 2) / 2));
  return values;
}

// A run of such blocks.
MadeRun with_blocks(const std::string& id, std::size_t count) {
  MadeRun run = made_run(id);
  for (const double tps : around(100, count)) run.block(tps);
  return run;
}

BlockDecision rates(const Values& a, const Values& b) {
  return decide_blocks(a, b, true, {});
}

TEST(BlockRule, NeedsFiveBlocksASide) {
  EXPECT_EQ(rates(around(100, 4), around(100, 10)).verdict, GateVerdict::inconclusive);
  EXPECT_EQ(rates(around(100, 5), around(100, 5)).verdict, GateVerdict::pass);
  EXPECT_THAT(rates({}, around(100, 5)).why, HasSubstr("0 and 5 valid blocks"));
}

TEST(BlockRule, NeverFailsBeforeTheSecondStage) {
  for (const double speed : {50.0, 80.0, 90.0}) {
    EXPECT_EQ(rates(around(100, 5), around(speed, 5)).verdict, GateVerdict::inconclusive);
    EXPECT_EQ(rates(around(100, 9), around(speed, 9)).verdict, GateVerdict::inconclusive);
    EXPECT_EQ(rates(around(100, 10), around(speed, 10)).verdict, GateVerdict::fail);
  }
}

TEST(BlockRule, WantsTheSize) {
  EXPECT_EQ(rates(around(100, 10), around(97, 10)).verdict, GateVerdict::pass);  // Clear, and small.
}

// Slow at first, and then by less than half of what matters: each bound alone would say that it is slower.
TEST(BlockRule, WantsFreshBlocksToConfirm) {
  const Values even(10, 100.0), at_first = {80, 80, 80, 80, 80, 97.7, 97.7, 97.7, 97.7, 97.7},
                                always = {80, 80, 80, 80, 80, 90, 90, 90, 90, 90};
  const BlockDecision decision = rates(even, at_first);
  EXPECT_GT(decision.ratio, 1.05);
  EXPECT_GT(decision.lower, 1.02);
  EXPECT_EQ(decision.verdict, GateVerdict::inconclusive);
  EXPECT_EQ(rates(even, always).verdict, GateVerdict::fail);
}

TEST(BlockRule, AGainIsNoLoss) {
  EXPECT_EQ(rates(around(100, 10), around(150, 10)).verdict, GateVerdict::pass);
  EXPECT_EQ(decide_blocks(around(100, 10), around(50, 10), false, {}).verdict, GateVerdict::pass);
  EXPECT_EQ(decide_blocks(around(100, 10), around(150, 10), false, {}).verdict, GateVerdict::fail);
}

TEST(BlockRule, LooksPastWhatIsSmallInItsUnit) {
  const BlockLimits limits{0.10, 20};
  EXPECT_EQ(decide_blocks(around(30, 10), around(40, 10), false, limits).verdict, GateVerdict::pass);
  EXPECT_EQ(decide_blocks(around(300, 10), around(400, 10), false, limits).verdict, GateVerdict::fail);
}

TEST(BlockRule, NoiseIsSaidToBeNoise) {
  const Values wild = {60, 150, 90, 120, 70, 130, 80, 140, 100, 110};
  const BlockDecision decision = rates(wild, around(95, 10));
  EXPECT_EQ(decision.verdict, GateVerdict::inconclusive);
  EXPECT_GT(decision.detectable, 1.15);
}

TEST(BlockRule, UnitsDoNotMatter) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> noise(0, 0.03);
  for (int i = 0; i < 100; ++i) {
    Values a, b, c, d;
    for (int k = 0; k < 10; ++k) {
      a.push_back(40 * std::exp(noise(random)));
      b.push_back(37 * std::exp(noise(random)));
      c.push_back(a.back() * 1000);
      d.push_back(b.back() * 1000);
    }
    EXPECT_EQ(rates(a, b).verdict, rates(c, d).verdict);
    EXPECT_NEAR(rates(a, b).ratio, rates(c, d).ratio, 1e-9);
    EXPECT_NEAR(rates(a, b).ratio * rates(b, a).ratio, 1, 1e-9);
  }
}

GateResult of(const Values& a, const Values& b, const GateOptions& options = {}) {
  const auto [baseline, candidate] = interleaved(a, b);
  return gate(baseline, candidate, options);
}

TEST(Performance, InterleavedBlocksDecide) {
  const GateResult slow = of(around(100, 10), around(90, 10));
  EXPECT_TRUE(slow.interleaved);
  EXPECT_EQ(slow.verdict, GateVerdict::fail) << slow.sentence;
  EXPECT_THAT(slow.reasons, Contains(is_reason(GateVerdict::fail, "perf.block", "+11.1 %")));
  const GateResult same = of(around(100, 10), around(100, 10));
  EXPECT_EQ(same.verdict, GateVerdict::pass) << same.sentence;
  EXPECT_GT(same.detectable, 1.05);
  EXPECT_THAT(same.sentence, HasSubstr("would have been seen"));
}

TEST(Performance, AnOldRunCanOnlyWarn) {
  MadeRun a = made_run("a"), b = made_run("b").at(90);
  for (const double tps : around(100, 10)) a.block(tps);
  for (const double tps : around(70, 10)) b.block(tps);
  const GateResult result = gate({{a.run()}}, {{b.run()}}, {});
  EXPECT_FALSE(result.interleaved);
  EXPECT_EQ(result.verdict, GateVerdict::inconclusive);
  EXPECT_THAT(result.reasons, Contains(is_reason(GateVerdict::inconclusive, "perf.block", "not interleaved")));
}

TEST(Performance, AllOfOneThenAllOfTheOtherIsNotInterleaved) {
  GateSide a, b;
  for (int i = 0; i < 6; ++i) {
    a.runs.push_back(made_run("a" + std::to_string(i)).at(i).block(100).run());
    b.runs.push_back(made_run("b" + std::to_string(i)).at(20 + i).block(100).run());
  }
  EXPECT_FALSE(is_interleaved(a, b));
}

TEST(Performance, WithoutDataNothingPasses) {
  EXPECT_THAT(gate({{made_run("a").run()}}, {{made_run("b").run()}}, {}).reasons,
              ElementsAre(is_reason(GateVerdict::inconclusive, "perf.none")));
  EXPECT_THAT(
      gate({{with_blocks("a", 10).run()}}, {{made_run("b").run()}}, {}).reasons,
      ElementsAre(is_reason(GateVerdict::incomparable, "perf.one_side", "the candidate has no performance data")));
  EXPECT_THAT(
      gate({{made_run("a").run()}}, {{with_blocks("b", 10).run()}}, {}).reasons,
      ElementsAre(is_reason(GateVerdict::incomparable, "perf.one_side", "the baseline has no performance data")));
  EXPECT_THAT(gate({{with_blocks("a", 10).run()}}, {{with_blocks("b", 4).run()}}, {}).reasons,
              Contains(is_reason(GateVerdict::inconclusive, "perf.too_few_blocks")));
}

TEST(Performance, WhatLacksTheSameIsOneReason) {
  MadeRun a = made_run("a"), b = made_run("b");
  for (const double tps : around(100, 2)) {
    a.block(tps).block(tps, 0, "chat-p512-o32");
    b.block(tps).block(tps, 0, "chat-p512-o32");
  }
  const GateResult result = gate({{a.run()}}, {{b.run()}}, {});
  const auto lacks = [](const GateReason& reason) { return reason.rule == "perf.too_few_blocks"; };
  ASSERT_EQ(std::count_if(result.reasons.begin(), result.reasons.end(), lacks), 1);
  const GateReason one = *std::find_if(result.reasons.begin(), result.reasons.end(), lacks);
  EXPECT_THAT(one.what, HasSubstr("2 and 2 valid blocks; 5 a side are the least; measure more"));
  EXPECT_THAT(one.subject, AllOf(HasSubstr("chat-p512-o32 x1 generation_tps; "), HasSubstr("; and 2 more")));
}

TEST(Performance, AWorkloadThatIsGoneFails) {
  MadeRun a = made_run("a"), b = made_run("b");
  for (const double tps : around(100, 10)) {
    a.block(tps).block(tps, 0, "chat-p512-o32");
    b.block(tps);
  }
  EXPECT_THAT(gate({{a.run()}}, {{b.run()}}, {}).reasons, Contains(is_reason(GateVerdict::fail, "perf.missing")));
}

journal::BlockMeasured& block_of(MadeRun& run, std::size_t from_the_end) {
  return std::get<journal::BlockMeasured>(run.bodies.at(run.bodies.size() - 1 - from_the_end));
}

TEST(Performance, BlocksThatAreNotValidDoNotCount) {
  MadeRun a = with_blocks("a", 6), b = with_blocks("b", 6);
  block_of(b, 0).valid = block_of(b, 1).valid = false;
  block_of(b, 0).metrics["generation_tps"] = 1;  // Whatever it says.
  const GateResult result = gate({{a.run()}}, {{b.run()}}, {});
  EXPECT_THAT(result.reasons, Contains(is_reason(GateVerdict::inconclusive, "perf.too_few_blocks", "6 and 4 valid")));
  EXPECT_EQ(result.counts.at("invalid_blocks"), 2);
}

TEST(Performance, WithoutAValidBlockItSaysWhyTheyAreNot) {
  MadeRun a = with_blocks("a", 6), b = with_blocks("b", 6);
  for (std::size_t i = 0; i < 6; ++i) {
    block_of(a, i).valid = block_of(b, i).valid = false;
    block_of(a, i).why_invalid = "a timer came 90 ms late";
  }
  EXPECT_THAT(gate({{a.run()}}, {{b.run()}}, {}).reasons,
              Contains(is_reason(GateVerdict::inconclusive, "perf.too_few_blocks", "; not valid: a timer came 90 ms")));
}

TEST(Performance, BlocksOfNoRequestDoNotCount) {
  MadeRun a = with_blocks("a", 6), b = with_blocks("b", 6);
  block_of(b, 0).requests = 0;
  block_of(b, 1).failed = 8;
  EXPECT_THAT(gate({{a.run()}}, {{b.run()}}, {}).reasons,
              Contains(is_reason(GateVerdict::inconclusive, "perf.too_few_blocks", "6 and 4 valid")));
}

TEST(Performance, NumbersThatAreNoneDoNotCount) {
  MadeRun a = with_blocks("a", 5), b = with_blocks("b", 5);
  block_of(b, 0).metrics["generation_tps"] = std::nan("");
  block_of(b, 1).metrics["generation_tps"] = 0;
  EXPECT_THAT(gate({{a.run()}}, {{b.run()}}, {}).reasons,
              Contains(is_reason(GateVerdict::inconclusive, "perf.too_few_blocks", "5 and 3 valid")));
}

TEST(Performance, RequestsThatFailedFail) {
  MadeRun a = made_run("a"), b = made_run("b");
  for (const double tps : around(100, 10)) {
    a.block(tps);
    b.block(tps);
    block_of(b, 0).failed = 2;
  }
  EXPECT_THAT(gate({{a.run()}}, {{b.run()}}, {}).reasons,
              Contains(is_reason(GateVerdict::fail, "perf.failed_requests", "20 of 50 requests failed")));
}

TEST(Performance, AdvisoryMetricsOnlyWarn) {
  auto [baseline, candidate] = interleaved(around(100, 10), around(100, 10));
  for (GateRun& run : baseline.runs) run.record.blocks.front().metrics["peak_memory_mb"] = 1000;
  for (GateRun& run : candidate.runs) run.record.blocks.front().metrics["peak_memory_mb"] = 1500;
  const GateResult result = gate(baseline, candidate, {});
  EXPECT_EQ(result.verdict, GateVerdict::pass);
  EXPECT_THAT(result.reasons, Contains(is_reason(GateVerdict::pass, "perf.advisory", "+50.0 %")));
  GateOptions options;
  options.primary = {"peak_memory_mb"};
  EXPECT_EQ(gate(baseline, candidate, options).verdict, GateVerdict::fail);
}

TEST(Performance, ANoisyClusterWidensTheLimits) {
  GateOptions options;
  options.session_sd = 0.05;
  EXPECT_EQ(of(around(100, 10), around(90, 10), options).verdict, GateVerdict::pass);
  EXPECT_EQ(of(around(100, 10), around(80, 10), options).verdict, GateVerdict::fail);
}

// 24 primaries of which one fails by a hair's breadth of evidence.
TEST(Performance, OneOfManyMustBeClearer) {
  const auto with_many = [](bool clear) {
    const Values noisy_a = {100, 99, 101, 100, 99, 101, 100, 99, 92, 100},
                 noisy_b = {94, 93, 92, 93.5, 94.5, 93, 92.5, 94.2, 100.5, 93.5};
    auto [baseline, candidate] = interleaved(around(100, 10), around(100, 10));
    for (int workload = 0; workload < 12; ++workload) {
      for (std::size_t i = 0; i < 10; ++i) {
        for (GateSide* side : {&baseline, &candidate}) {
          journal::BlockMeasured block = side->runs[i].record.blocks.front();
          block.workload = "w" + std::to_string(workload);
          if (workload == 0) {
            block.metrics["generation_tps"] = clear               ? (side == &baseline ? 100.0 : 90.0) + 0.1 * double(i)
                                              : side == &baseline ? noisy_a[i]
                                                                  : noisy_b[i];
          }
          side->runs[i].record.blocks.push_back(block);
        }
      }
    }
    return gate(baseline, candidate, {});
  };
  EXPECT_EQ(with_many(true).verdict, GateVerdict::fail);
  const GateResult lucky = with_many(false);
  EXPECT_EQ(lucky.verdict, GateVerdict::inconclusive) << lucky.sentence;
}

}  // namespace
}  // namespace exo_reports

// How often the gate is wrong, on simulated clusters and through the decision itself. The whole table: bench_gate.
#include <gtest/gtest.h>

#include "block_rule.h"
#include "made_run_test.h"
#include "simulated_blocks_test.h"

namespace exo_reports {
namespace {

struct Rates {
  double pass = 0, fail = 0, inconclusive = 0, detectable = 0;
};

// As `gate --interleave` goes: five blocks a side, and five more when they do not decide.
Rates rates_of(const Noise& noise, double slowdown, int trials, std::uint64_t seed) {
  Simulator simulator(seed);
  Rates rates;
  for (int i = 0; i < trials; ++i) {
    const SimulatedBlocks all = simulator.blocks(kStageTwoBlocks, noise, slowdown);
    const auto first = [](const std::vector<double>& values) {
      return std::vector<double>(values.begin(), values.begin() + kStageOneBlocks);
    };
    BlockDecision decision = decide_blocks(first(all.baseline), first(all.candidate), true, {});
    if (decision.verdict != GateVerdict::pass) decision = decide_blocks(all.baseline, all.candidate, true, {});
    rates.detectable += decision.detectable / trials;
    (decision.verdict == GateVerdict::pass   ? rates.pass
     : decision.verdict == GateVerdict::fail ? rates.fail
                                             : rates.inconclusive) += 1.0 / trials;
  }
  return rates;
}

TEST(OperatingCharacteristics, NoChangeNeverFailsAndAlwaysPassesOnATypicalCluster) {
  const Rates rates = rates_of(Noise::typical(), 0, 2000, 1);
  EXPECT_LE(rates.fail, 0.01);
  EXPECT_GE(rates.pass, 0.99);
  EXPECT_LE(rates_of(Noise::quiet(), 0, 1000, 2).fail, 0.002);
  EXPECT_LE(rates_of(Noise::noisy(), 0, 2000, 3).fail, 0.01);
}

TEST(OperatingCharacteristics, ATenthIsFoundOnATypicalCluster) {
  EXPECT_GE(rates_of(Noise::typical(), 0.10, 1000, 4).fail, 0.95);
  EXPECT_GE(rates_of(Noise::typical(), 0.20, 500, 5).fail, 0.995);
  EXPECT_GE(rates_of(Noise::quiet(), 0.08, 500, 6).fail, 0.95);
}

TEST(OperatingCharacteristics, WhatIsSmallIsLetThrough) {
  EXPECT_GE(rates_of(Noise::typical(), 0.02, 1000, 7).pass, 0.95);
}

// What a comparison says that it could have seen, it sees in 8 of 10 cases.
TEST(OperatingCharacteristics, WhatCouldBeSeenIsSeen) {
  for (const Noise& noise : {Noise::quiet(), Noise::typical(), Noise::noisy()}) {
    Simulator simulator(8);
    double promised = 0;
    for (int i = 0; i < 200; ++i) {
      const SimulatedBlocks same = simulator.blocks(kStageTwoBlocks, noise, 0);
      promised += decide_blocks(same.baseline, same.candidate, true, {}).detectable / 200;
    }
    int found = 0;
    for (int i = 0; i < 1000; ++i) {
      const SimulatedBlocks slow = simulator.blocks(kStageTwoBlocks, noise, promised - 1);
      found += decide_blocks(slow.baseline, slow.candidate, true, {}).verdict == GateVerdict::fail ? 1 : 0;
    }
    EXPECT_GE(found, 750) << "promised " << promised;
    EXPECT_LE(found, 980) << "promised " << promised << ", much less would be seen";
  }
}

// Through whole runs, as their journals tell them.
TEST(OperatingCharacteristics, ThreeHundredGatesOfOneBuildHaveNoFail) {
  Simulator simulator(9);
  for (int i = 0; i < 300; ++i) {
    const SimulatedBlocks same = simulator.blocks(kStageTwoBlocks, Noise::typical(), 0);
    const auto [baseline, candidate] = interleaved(same.baseline, same.candidate);
    const GateResult result = gate(baseline, candidate, {});
    ASSERT_NE(result.verdict, GateVerdict::fail) << i << ": " << result.sentence;
  }
}

}  // namespace
}  // namespace exo_reports

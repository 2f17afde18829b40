#include "exo_reports/gate.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "is_reason_test.h"
#include "made_run_test.h"
#include "parts.h"

namespace exo_reports {
namespace {

namespace journal = exo_harness::journal;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Gate, TheSameAgainPasses) {
  const GateResult result = compare(made_run("a"), made_run("b"));
  EXPECT_EQ(result.verdict, GateVerdict::pass) << result.sentence;
  EXPECT_THAT(result.reasons, IsEmpty());
  EXPECT_THAT(result.sentence, HasSubstr("PASS"));
}

// A fault that is known is none of a test's failures; a candidate that brings it is worse than what it replaces.
TEST(Gate, AKnownFaultThatTheCandidateBringsFailsByName) {
  const std::string fault = "lost-master-is-not-replaced: When the master dies, no other node takes over";
  const MadeRun healthy = made_run("a").test("Resilience.AnotherMasterTakesOver", "passed");
  const MadeRun faulty = made_run("b").test("Resilience.AnotherMasterTakesOver", "expected_failure", fault);

  const GateResult result = compare(healthy, faulty);
  EXPECT_EQ(result.verdict, GateVerdict::fail);
  EXPECT_THAT(result.reasons,
              Contains(is_reason(GateVerdict::fail, "test.new_known_fault", "lost-master-is-not-replaced")));
  // Neither a fault that was there before, nor one that is gone, holds an upgrade up.
  EXPECT_EQ(compare(made_run("a").test("Resilience.AnotherMasterTakesOver", "expected_failure", fault), faulty).verdict,
            GateVerdict::pass);
  EXPECT_EQ(compare(faulty, healthy).verdict, GateVerdict::pass);
}

// Runs that say nothing: one sentence, exit 4, whichever side they are on.
struct BadRun {
  const char* name;
  std::function<void(GateRun&)> spoil;
  const char* words;
};

class UnusableRun : public testing::TestWithParam<BadRun> {};

TEST_P(UnusableRun, IsRefusedOnBothSides) {
  GateRun bad = made_run("b").run();
  GetParam().spoil(bad);
  for (const bool as_baseline : {true, false}) {
    const GateRun good = made_run("a").run();
    const GateResult result =
        as_baseline ? gate({{bad}}, {{good}}, without_performance()) : gate({{good}}, {{bad}}, without_performance());
    EXPECT_EQ(result.verdict, GateVerdict::incomparable);
    EXPECT_EQ(exit_code_of(result.verdict), exo_harness::ExitCode::not_comparable);
    EXPECT_THAT(result.reasons, Contains(is_reason(GateVerdict::incomparable, "run.unusable", GetParam().words)));
    EXPECT_THAT(result.tests, IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Gate, UnusableRun,
    testing::Values(
        BadRun{"Died",
               [](GateRun& run) {
                 MadeRun made = made_run("b");
                 made.ended = false;
                 run.record = made.run().record;
               },
               "its journal has no end"},
        BadRun{"OfANewerSchema", [](GateRun& run) { run.schema = 2; }, "schema 2"},
        BadRun{"WithLostRecords",
               [](GateRun& run) { run.record.journal_trouble = {"writer harness: record 7 follows 5, 1 lost"}; },
               "not whole"},
        BadRun{"CutOff", [](GateRun& run) { run.record.torn_tail = true; }, "cut off"},
        BadRun{"WithoutAStart", [](GateRun& run) { run.record.started = false; }, "no start"},
        BadRun{"OfZeroTests", [](GateRun& run) { run.record = MadeRun().id("b").node("n1").node("n2").run().record; },
               "no test"},
        BadRun{"OneShard", [](GateRun& run) { run.record.settings["shard"] = "1/2"; }, "only shard 1/2"},
        BadRun{"AnotherJournalThanWasKept", [](GateRun& run) { run.kept_sha256 = "other"; }, "hash"},
        BadRun{
            "TroubleOfTheHarness",
            [](GateRun& run) {
              run.record =
                  made_run("b").add(journal::Trouble{"disk full", "", exo_harness::Blame::harness, false}).run().record;
            },
            "disk full"}),
    [](const auto& info) { return info.param.name; });

TEST(Gate, ShardsThatWereMergedAreARun) {
  GateRun merged = made_run("b").run();
  merged.record.settings["shard"] = "1/2";
  merged.starts = 2;
  EXPECT_EQ(gate({{made_run("a").run()}}, {{merged}}, without_performance()).verdict, GateVerdict::pass);
}

TEST(Gate, ARunIsNotComparedWithItself) {
  const GateResult result = compare(made_run("a"), made_run("a"));
  EXPECT_THAT(result.reasons, ElementsAre(is_reason(GateVerdict::incomparable, "run.twice")));
}

TEST(Gate, ABaselineThatNeverCameUpIsNoReference) {
  MadeRun a = made_run("a");
  journal::PhaseEnded phase;
  phase.phase = Phase::discovery;
  phase.failure = "one node of two";
  a.add(phase);
  EXPECT_THAT(compare(a, made_run("b")).reasons, ElementsAre(is_reason(GateVerdict::incomparable, "run.unfit")));
  EXPECT_THAT(compare(made_run("b"), a).reasons,
              Contains(is_reason(GateVerdict::fail, "event.run", "one node of two")));
}

TEST(Gate, ARunCountsOnceOnItsSide) {
  const GateSide baseline{{made_run("a").run(), made_run("a2").run(), made_run("a").run()}};
  EXPECT_THAT(gate(baseline, {{made_run("b").run()}}, without_performance()).reasons,
              Contains(is_reason(GateVerdict::incomparable, "run.twice", "a and a are")));
}

TEST(Inconclusive, CountsAsWasAsked) {
  GateOptions options;
  EXPECT_EQ(compare(made_run("a"), made_run("b"), options).verdict, GateVerdict::inconclusive);
  options.inconclusive_as = GateVerdict::fail;
  EXPECT_EQ(compare(made_run("a"), made_run("b"), options).verdict, GateVerdict::fail);
  options.inconclusive_as = GateVerdict::pass;
  EXPECT_EQ(compare(made_run("a"), made_run("b"), options).verdict, GateVerdict::pass);
  EXPECT_EQ(compare(made_run("a"), made_run("a"), options).verdict, GateVerdict::incomparable);
}

}  // namespace
}  // namespace exo_reports

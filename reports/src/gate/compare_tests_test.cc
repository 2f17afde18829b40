#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_reports/gate.h"

#include "is_reason_test.h"
#include "made_run_test.h"
#include "parts.h"

namespace exo_reports {
namespace {

namespace journal = exo_harness::journal;
using testing::Contains;
using testing::ElementsAre;

// Runs of a test A.X, one a result.
GateSide runs_of(const std::string& id, const std::vector<std::pair<std::string, std::string>>& results) {
  GateSide side;
  for (std::size_t i = 0; i < results.size(); ++i) {
    side.runs.push_back(made_run(id + std::to_string(i)).test("A.X", results[i].first, results[i].second).run());
  }
  return side;
}

TEST(Tests, AnotherFailureIsNotKnownWhereverItStands) {
  const GateSide before = runs_of("a", {{"failed", "old"}, {"failed", "old"}, {"failed", "old"}});
  for (const GateSide& now : {runs_of("b", {{"crash", "new"}, {"crash", "new"}, {"failed", "old"}}),
                              runs_of("b", {{"failed", "old"}, {"crash", "new"}, {"crash", "new"}})}) {
    EXPECT_THAT(gate(before, now, without_performance()).reasons,
                Contains(is_reason(GateVerdict::fail, "test.changed_failure", "new")));
  }
}

TEST(Tests, AFlakeThatFailsInAnotherWayFails) {
  const GateSide before = runs_of("a", {{"failed", "old"}, {"passed", ""}, {"passed", ""}});
  EXPECT_THAT(
      gate(before, runs_of("b", {{"crash", "new"}, {"passed", ""}, {"passed", ""}}), without_performance()).reasons,
      Contains(is_reason(GateVerdict::fail, "test.changed_failure", "new")));
  EXPECT_THAT(
      gate(before, runs_of("b", {{"failed", "old"}, {"passed", ""}, {"passed", ""}}), without_performance()).verdict,
      GateVerdict::pass);
}

TEST(Tests, AttemptsThatCameToNothingAreTold) {
  const GateSide before = runs_of("a", {{"passed", ""}, {"passed", ""}, {"passed", ""}});
  for (const char* nothing : {"environment", "inconclusive", "skipped"}) {
    const GateSide now = runs_of("b", {{"passed", ""}, {nothing, "no wind"}, {nothing, "no wind"}});
    EXPECT_THAT(gate(before, now, without_performance()).reasons,
                Contains(is_reason(GateVerdict::inconclusive, "test.not_judged", "1 attempts were judged")))
        << nothing;
  }
}

TEST(Tests, MissingAndNewlySkippedFail) {
  MadeRun b = MadeRun().id("b").node("n1").node("n2").test("A.One", "skipped", "needs 4 nodes");
  EXPECT_THAT(compare(made_run("a"), b).reasons,
              ElementsAre(is_reason(GateVerdict::fail, "test.newly_skipped", "needs 4 nodes"),
                          is_reason(GateVerdict::fail, "test.missing")));
  GateOptions options = without_performance();
  options.expect_removed = {"A.T*"};
  options.expect_skipped = {"A.One"};
  EXPECT_EQ(compare(made_run("a"), b, options).verdict, GateVerdict::pass);
}

TEST(Tests, ANewFailureFails) {
  EXPECT_THAT(compare(made_run("a").test("A.X", "passed"), made_run("b").test("A.X", "crash")).reasons,
              ElementsAre(is_reason(GateVerdict::fail, "test.new_failure", "failed 1 of 1")));
}

TEST(Tests, AKnownFailureWarnsAndAChangedOneFails) {
  const MadeRun a = made_run("a").test("A.X", "failed", "Expected: 4 in instance 1f03-77a2");
  EXPECT_THAT(compare(a, made_run("b").test("A.X", "failed", "Expected: 4 in instance 99e1-0b00")).reasons,
              ElementsAre(is_reason(GateVerdict::pass, "test.known_failure")));
  EXPECT_THAT(compare(a, made_run("b").test("A.X", "failed", "no answer")).reasons,
              ElementsAre(is_reason(GateVerdict::fail, "test.changed_failure", "no answer")));
  EXPECT_THAT(compare(a, made_run("b").test("A.X", "hang", "Expected: 4 in instance 1f03-77a2")).reasons,
              ElementsAre(is_reason(GateVerdict::fail, "test.changed_failure")));
}

TEST(Tests, WhatCouldNotBeJudgedNeverPasses) {
  for (const char* verdict : {"inconclusive", "environment"}) {
    const GateResult result = compare(made_run("a").test("A.X", "passed"), made_run("b").test("A.X", verdict));
    EXPECT_EQ(result.verdict, GateVerdict::inconclusive);
    EXPECT_THAT(result.reasons, Contains(is_reason(GateVerdict::inconclusive, "test.not_judged")));
  }
  EXPECT_THAT(compare(made_run("a"), made_run("b").test("A.New", "failed")).reasons,
              ElementsAre(is_reason(GateVerdict::inconclusive, "test.no_baseline")));
}

MadeRun with_attempts(const std::string& id, int failed, int passed) {
  MadeRun run = made_run(id);
  for (int i = 0; i < failed; ++i) run.test("A.X", "failed");
  for (int i = 0; i < passed; ++i) run.test("A.X", "passed");
  return run;
}

TEST(Flakes, AreComparedByHowOftenAndNeverForgiven) {
  const auto reasons = [](const MadeRun& a, const MadeRun& b, bool release = false) {
    GateOptions options = without_performance();
    options.release = release;
    return compare(a, b, options).reasons;
  };
  // 0 of 10 against 4 of 10 is the smallest that can be told apart.
  EXPECT_THAT(reasons(with_attempts("a", 0, 10), with_attempts("b", 4, 6)),
              ElementsAre(is_reason(GateVerdict::fail, "test.new_flake", "p = 0.043")));
  EXPECT_THAT(reasons(with_attempts("a", 0, 10), with_attempts("b", 3, 7)),
              ElementsAre(is_reason(GateVerdict::pass, "test.flaky_suspect")));
  EXPECT_THAT(reasons(with_attempts("a", 0, 10), with_attempts("b", 3, 7), true),
              ElementsAre(is_reason(GateVerdict::fail, "test.flaky_suspect")));
  EXPECT_THAT(reasons(with_attempts("a", 4, 6), with_attempts("b", 5, 5)),
              ElementsAre(is_reason(GateVerdict::pass, "test.known_flake")));
  // A defect that came at times before and now always.
  EXPECT_THAT(reasons(with_attempts("a", 2, 8), with_attempts("b", 10, 0)),
              ElementsAre(is_reason(GateVerdict::fail, "test.new_flake")));
}

TEST(Flakes, AttemptsOfFurtherRunsCount) {
  GateSide a{{with_attempts("a", 0, 5).run(), with_attempts("a2", 0, 5).run()}};
  GateSide b{{with_attempts("b", 0, 5).run(), with_attempts("b2", 5, 0).run()}};
  EXPECT_THAT(gate(a, b, without_performance()).reasons,
              Contains(is_reason(GateVerdict::fail, "test.new_flake", "failed 5 of 10")));
}

TEST(Storm, IsTheMachinesWhenTheBaselineHasItToo) {
  const auto storm = [](const std::string& id) {
    MadeRun run = made_run(id);
    for (int i = 0; i < 12; ++i) run.test("S.T" + std::to_string(i), "failed");
    return run;
  };
  MadeRun calm = made_run("a");
  for (int i = 0; i < 12; ++i) calm.test("S.T" + std::to_string(i), "passed");
  EXPECT_THAT(compare(calm, storm("b")).reasons,
              Contains(is_reason(GateVerdict::fail, "test.storm", "12 of 14 tests")));
  EXPECT_EQ(compare(storm("a"), storm("b")).verdict, GateVerdict::inconclusive);
}

TEST(Events, ARunnerThatFailedInAnotherWayFails) {
  journal::StateChange change{
      "runner", "r", "RunnerRunning", journal::StateChange::kRunnerFailed, "errno 22 of 4f2a", "i", 1, "n1"};
  const MadeRun b = made_run("b").add(change);
  EXPECT_THAT(compare(made_run("a"), b).reasons,
              ElementsAre(is_reason(GateVerdict::fail, "event.runner_failed", "errno 22")));
  change.detail = "errno 23 of 99";
  EXPECT_EQ(compare(made_run("a").add(change), b).verdict, GateVerdict::pass);
}

TEST(Events, PredictionsAndFindingsThatChangedAreTold) {
  const GateResult result = compare(made_run("a")
                                        .add(journal::PredictionSeen{"m", "single", "works", "r", "works", "", ""})
                                        .add(journal::Finding{"F-1", "old", "", ""}),
                                    made_run("b")
                                        .add(journal::PredictionSeen{"m", "single", "works", "r", "fails", "boom", ""})
                                        .add(journal::Finding{"F-2", "new", "", ""}));
  EXPECT_EQ(result.verdict, GateVerdict::pass);
  EXPECT_THAT(result.reasons,
              ElementsAre(is_reason(GateVerdict::pass, "prediction.changed", "boom"),
                          is_reason(GateVerdict::pass, "finding.new"), is_reason(GateVerdict::pass, "finding.gone")));
}

}  // namespace
}  // namespace exo_reports

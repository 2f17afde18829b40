#include "exo_reports/gate.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"

#include "is_reason_test.h"
#include "made_run_test.h"
#include "parts.h"

namespace exo_reports {
namespace {

namespace journal = exo_harness::journal;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

GateOptions without_performance() {
  GateOptions options;
  options.performance_expected = false;
  options.today = "2026-11-29";
  return options;
}

GateResult compare(const MadeRun& a, const MadeRun& b, const GateOptions& options = without_performance()) {
  return gate({{a.run()}}, {{b.run()}}, options);
}

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

// Every key of the manifest that must be equal, changed one by one.
struct Change {
  const char* key;
  std::function<void(MadeRun&)> make;
};

class ManifestKey : public testing::TestWithParam<Change> {};

TEST_P(ManifestKey, IsRefusedUnlessDeclaredOrAllowed) {
  MadeRun changed = made_run("b");
  GetParam().make(changed);
  const auto with = [&](GateOptions options) {
    MadeRun before = made_run("a"), now = changed;
    for (int block = 0; block < 12; ++block) {
      before.block(100 + block % 3);
      now.block(100 + block % 3);
    }
    options.performance_expected = true;
    return compare(before, now, options);
  };

  const GateResult refused = with({});
  EXPECT_EQ(refused.verdict, GateVerdict::incomparable) << refused.sentence;
  EXPECT_THAT(refused.reasons, Contains(AllOf(is_reason(GateVerdict::incomparable, "manifest.differs"),
                                              Field(&GateReason::subject, GetParam().key))));

  GateOptions declared;
  declared.vary = {GetParam().key};
  EXPECT_EQ(with(declared).verdict, GateVerdict::pass) << with(declared).sentence;

  GateOptions allowed;
  allowed.allow_diff = {{GetParam().key, "a DIMM was swapped"}};
  EXPECT_EQ(with(allowed).verdict, GateVerdict::inconclusive) << with(allowed).sentence;
  EXPECT_THAT(with(allowed).reasons, Contains(is_reason(GateVerdict::pass, "manifest.allowed", "a DIMM was swapped")));
}

journal::NodeSeen& first_node(MadeRun& run) {
  return std::get<journal::NodeSeen>(run.bodies.at(0));
}

INSTANTIATE_TEST_SUITE_P(
    Gate, ManifestKey,
    testing::Values(Change{"nodes.chips", [](MadeRun& run) { first_node(run).chip = "Apple M4 Max"; }},
                    Change{"nodes.memory", [](MadeRun& run) { first_node(run).ram_total /= 2; }},
                    Change{"nodes.os", [](MadeRun& run) { first_node(run).os = "macOS 26.3"; }},
                    Change{"nodes.names", [](MadeRun& run) { first_node(run).name = "other"; }},
                    Change{"topology.kinds",
                           [](MadeRun& run) {
                             run.add(journal::EdgeSeen{"n1", "n2", "rdma", ""});
                           }},
                    Change{"harness.version", [](MadeRun& run) { run.start.version = "0.2.0"; }},
                    Change{"settings.suites", [](MadeRun& run) { run.start.settings["suites"] = "s,t"; }},
                    Change{"settings.models", [](MadeRun& run) { run.start.settings["models"] = "tiny-qwen"; }},
                    Change{"settings.placements", [](MadeRun& run) { run.start.settings["placements"] = "single"; }},
                    Change{"settings.repeat", [](MadeRun& run) { run.start.settings["repeat"] = "3"; }},
                    Change{"model.tiny-llama.sha256",
                           [](MadeRun& run) {
                             run.add(journal::Fact{"model.tiny-llama.sha256", "beef"});
                           }}),
    [](const auto& info) {
      std::string name = info.param.key;
      std::replace_if(
          name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
      return name;
    });

TEST(Manifest, TheNumberOfNodesIsRefused) {
  EXPECT_THAT(compare(made_run("a"), made_run("b").node("n3")).reasons,
              Contains(AllOf(is_reason(GateVerdict::incomparable, "manifest.differs", "'2'"),
                             Field(&GateReason::subject, "nodes.count"))));
}

TEST(Manifest, WhatIsUnderTestMayDiffer) {
  MadeRun b = made_run("b").add(journal::Fact{"exo.version", "1.0.72"}).add(journal::Fact{"mlx.version", "0.32"});
  const GateResult result = compare(made_run("a").add(journal::Fact{"exo.version", "1.0.71"}), b);
  EXPECT_EQ(result.verdict, GateVerdict::pass);
  EXPECT_THAT(result.differences, Contains(Field(&ManifestDifference::key, "exo.version")));
  EXPECT_THAT(result.reasons, Contains(is_reason(GateVerdict::pass, "manifest.several_changes")));
}

TEST(Manifest, WhatWasNotRecordedIsSaid) {
  EXPECT_THAT(compare(made_run("a"), made_run("b")).not_tested,
              AllOf(Contains(HasSubstr("no run recorded a hash")), Contains(HasSubstr("which Exo ran"))));
  const journal::Fact hash{"model.tiny-llama.sha256", "beef"}, exo{"exo.version", "1"}, mlx{"mlx.version", "1"};
  EXPECT_THAT(compare(made_run("a").add(hash).add(exo).add(mlx), made_run("b").add(hash).add(exo).add(mlx)).not_tested,
              Not(Contains(HasSubstr("recorded"))));
}

TEST(Manifest, RunsOfOneSideAreOfOneBuild) {
  GateSide a{{made_run("a").run(), made_run("a2").add(journal::Fact{"exo.version", "other"}).run()}};
  const GateResult result = gate(a, {{made_run("b").run()}}, without_performance());
  EXPECT_THAT(result.reasons, Contains(is_reason(GateVerdict::incomparable, "manifest.mixed", "other")));
}

TEST(Gate, ARunCountsOnceOnItsSide) {
  const GateSide baseline{{made_run("a").run(), made_run("a2").run(), made_run("a").run()}};
  EXPECT_THAT(gate(baseline, {{made_run("b").run()}}, without_performance()).reasons,
              Contains(is_reason(GateVerdict::incomparable, "run.twice", "a and a are")));
}

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

QuarantineEntry entry(const std::string& signature, const std::string& expires) {
  return {"A.*", signature, "ann", "EXO-7", "known", "2026-11-20", expires};
}

TEST(Quarantine, HoldsForOneFailureUntilItsDay) {
  const MadeRun a = made_run("a").test("A.X", "passed"), b = made_run("b").test("A.X", "failed", "no answer");
  GateOptions options = without_performance();
  options.quarantine = {entry("*no answer*", "2026-11-30")};
  GateResult result = compare(a, b, options);
  EXPECT_THAT(result.reasons, ElementsAre(is_reason(GateVerdict::pass, "test.quarantined", "EXO-7")));
  EXPECT_EQ(result.counts["quarantined"], 1);

  options.quarantine = {entry("*no answer*", "2026-11-28")};
  EXPECT_THAT(compare(a, b, options).reasons,
              ElementsAre(is_reason(GateVerdict::fail, "test.new_failure", "its quarantine ended on 2026-11-28")));
  options.quarantine = {entry("*no answer*", "2026-12-10")};
  options.quarantine.front().added = "2026-12-01";
  EXPECT_THAT(compare(a, b, options).reasons,
              ElementsAre(is_reason(GateVerdict::fail, "test.new_failure", "its quarantine begins on 2026-12-01")));
  options.quarantine = {entry("*another*", "2026-11-30")};
  EXPECT_EQ(compare(a, b, options).verdict, GateVerdict::fail);
}

TEST(Quarantine, IsNotNeededByWhatPasses) {
  GateOptions options = without_performance();
  options.quarantine = {entry("*", "2026-11-30")};
  options.quarantine.front().test = "A.X";
  EXPECT_THAT(compare(with_attempts("a", 0, 1), with_attempts("b", 0, 20), options).reasons,
              ElementsAre(is_reason(GateVerdict::pass, "quarantine.needless")));
}

TEST(QuarantineFile, IsReadStrictly) {
  const exo_harness::TemporaryFolder folder;
  const auto file = folder.path() / "quarantine.toml";
  const std::string good =
      "[[quarantine]]\ntest = 'A.X'\nsignature = 'EXO-1'\nowner = 'ann'\nissue = 'i'\nreason = 'r'\n"
      "added = '2026-11-20'\nexpires = '2026-12-01'\n";
  exo_harness::write_file(file, good);
  ASSERT_EQ(read_quarantine(file).size(), 1u);
  EXPECT_EQ(read_quarantine(file).front().expires, "2026-12-01");
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"owner = 'ann'\n", ""},
                                                        {"2026-12-01", "2026-12-05"},
                                                        {"2026-12-01", "2026-13-01"},
                                                        {"2026-12-01", "soon"},
                                                        {"2026-12-01", "2026-11-19"},
                                                        {"owner", "oner"},
                                                        {"'A.X'", "'**'"},
                                                        {"'EXO-1'", "'*'"},
                                                        {"[[quarantine]]", "[[quarantined]]"}}) {
    std::string bad = good;
    bad.replace(bad.find(from), from.size(), to);
    exo_harness::write_file(file, bad);
    EXPECT_THROW(read_quarantine(file), exo_harness::HarnessError) << bad;
  }
}

TEST(Patterns, TakeAStarForAnything) {
  EXPECT_TRUE(matches_pattern("A.One/tiny", "A.*"));
  EXPECT_TRUE(matches_pattern("A.One/tiny", "*One*"));
  EXPECT_TRUE(matches_pattern("", "*"));
  EXPECT_TRUE(matches_pattern("aXbXc", "a*X*c"));
  EXPECT_FALSE(matches_pattern("A.One", "A.On"));
  EXPECT_FALSE(matches_pattern("A.One", "B*"));
  EXPECT_FALSE(matches_pattern("A.One", ""));
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
                                        .add(journal::PredictionSeen{"m", "single", "works", "r", "works", ""})
                                        .add(journal::Finding{"F-1", "old", "", ""}),
                                    made_run("b")
                                        .add(journal::PredictionSeen{"m", "single", "works", "r", "fails", "boom"})
                                        .add(journal::Finding{"F-2", "new", "", ""}));
  EXPECT_EQ(result.verdict, GateVerdict::pass);
  EXPECT_THAT(result.reasons,
              ElementsAre(is_reason(GateVerdict::pass, "prediction.changed", "boom"),
                          is_reason(GateVerdict::pass, "finding.new"), is_reason(GateVerdict::pass, "finding.gone")));
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

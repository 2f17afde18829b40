#include "exo_harness/trial/model_trial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace exo_harness::trial {
namespace {

using testing::HasSubstr;

constexpr const char* kRepo = "org/m-a";

model::FixtureModel fixture(const std::string& id) {
  model::FixtureModel model;
  model.id = id;
  model.repo = "org/" + id;
  return model;
}

std::vector<TestSeen> tests_of(const std::vector<journal::Record>& records) {
  TestsSeen tests;
  for (const journal::Record& record : records) tests.see(record);
  return tests.all();
}

// What a test leaves in the journal, from its start to its end.
struct Script {
  std::vector<journal::Record> records;

  Script& add(journal::Body body) {
    records.push_back({"suite:x", static_cast<std::int64_t>(records.size()), 0, "", std::move(body)});
    return *this;
  }
  Script& start(const std::string& suite, const std::string& test) {
    for (const char* id : {"m-a", "m-b", "other"}) {
      if (const auto mode = placement_of(test, id)) {
        return add(journal::TestStarted{suite, test, "", 0, id, exo::short_name(*mode)});
      }
    }
    return add(journal::TestStarted{suite, test, "", 0, "", ""});
  }
  Script& ready(const std::string& placement) {
    return add(journal::PhaseEnded{Phase::warm_up, kRepo, placement, true, 1, {}, "", ""});
  }
  Script& fails(const std::string& phase, const std::string& placement, const std::string& kind,
                const std::string& what) {
    return add(journal::PhaseEnded{parse_phase(phase), kRepo, placement, false, 1, parse_failure_kind(kind), what, ""});
  }
  Script& end(const std::string& suite, const std::string& test, const std::string& result,
              const std::string& message = "", const std::string& skip = "") {
    journal::TestEnded ended;
    ended.suite = suite, ended.test = test, ended.result = parse_verdict(result), ended.skip_reason = skip;
    if (!message.empty()) ended.failures.push_back({"a.cc", 1, message});
    return add(ended);
  }
  ModelResult result(StagedNodes nodes = {2, 2}) const { return result_of(tests_of(records), fixture("m-a"), nodes); }
};

constexpr const char* kSingle = "Scenarios/Answer.IsRight/m_a_single";
constexpr const char* kTensor = "Scenarios/Answer.IsRight/m_a_tensor_2";

Script passing(const char* test = kSingle, const char* placement = "single") {
  return Script().start("inference", test).ready(placement).end("inference", test, "passed");
}

TEST(PlacementOfATest, IsReadFromTheEndOfItsName) {
  EXPECT_EQ(placement_of("S/A.B/m_a_tensor_jaccl_2", "m-a"),
            (exo::Mode{exo::Sharding::tensor, exo::Comm::mlx_jaccl, 2}));
  EXPECT_EQ(placement_of("S/A.B/m_a_single", "m.a"), exo::Mode{});
  EXPECT_FALSE(placement_of("S/A.B/m_a_mlx_4bit_single", "m-a")) << "another model of a longer name";
  EXPECT_FALSE(placement_of("S/A.B/m_b_single", "m-a"));
  EXPECT_FALSE(placement_of("S/A.B", "m-a"));
  EXPECT_FALSE(placement_of("m_a_single", "m-a"));
}

TEST(AModelInAJournal, WorksOnlyIfItWasReadyAndATestPassed) {
  EXPECT_EQ(passing().result().outcome(), StrategyOutcome::works);
  EXPECT_EQ(Script().result().outcome(), StrategyOutcome::not_tried);
  const Script never_placed = Script().start("inference", kSingle).end("inference", kSingle, "passed");
  EXPECT_EQ(never_placed.result().outcome(), StrategyOutcome::not_tried);
  const Script skipped = Script().start("inference", kSingle).end("inference", kSingle, "skipped", "", "no RDMA edges");
  EXPECT_EQ(skipped.result().outcome(), StrategyOutcome::not_tried);
  EXPECT_EQ(skipped.result().decisive()->why, "no RDMA edges");
}

TEST(AModelInAJournal, ThatTooFewNodesHaveIsNotFound) {
  const Script skipped =
      Script().start("inference", kTensor).end("inference", kTensor, "skipped", "", "staged on 1 of 2");

  EXPECT_EQ(skipped.result({2, 1}).outcome(), StrategyOutcome::not_found);
  EXPECT_EQ(skipped.result({2, 2}).outcome(), StrategyOutcome::not_tried);
  EXPECT_EQ(skipped.result({1, 1}).outcome(), StrategyOutcome::not_tried) << "the cluster is too small for it";
}

TEST(AModelInAJournal, IsJudgedByThePhaseThatFailedInItsTest) {
  const auto outcome_of = [](const char* phase, const char* kind, const char* what) {
    return Script()
        .start("placement", kSingle)
        .fails(phase, "single", kind, what)
        .end("placement", kSingle, "failed")
        .result();
  };

  EXPECT_EQ(outcome_of("place", "refused", "No cycles found").outcome(), StrategyOutcome::placement_refused);
  EXPECT_EQ(outcome_of("load", "exited", "weights are torn").outcome(), StrategyOutcome::load_failed);
  EXPECT_EQ(outcome_of("load", "exited", "Model type x not supported").outcome(), StrategyOutcome::not_supported);
  EXPECT_EQ(outcome_of("connect", "timed_out", "not done").outcome(), StrategyOutcome::hang);
  EXPECT_EQ(outcome_of("connect", "timed_out", "connect: not done").decisive()->why, "connect: not done");
}

// What a runner said and what the diagnosis found count as much as the failure's own words.
TEST(AModelInAJournal, IsJudgedByWhatWasSaidOfItsFailure) {
  const auto outcome_of = [](journal::Body said) {
    Script script;
    script.start("placement", kSingle).fails("load", "single", "exited", "a rank failed").add(std::move(said));
    return script.end("placement", kSingle, "failed").result().outcome();
  };
  journal::StateChange died;
  died.part = "runner", died.to = "RunnerFailed", died.detail = "ValueError: Model type x not supported.";
  EXPECT_EQ(outcome_of(died), StrategyOutcome::not_supported);
  died.detail = "FileNotFoundError: No safetensors found in /models/x";
  EXPECT_EQ(outcome_of(died), StrategyOutcome::not_found);

  journal::DiagnosisMade made;
  made.test = kSingle, made.cause = "words of the book";
  EXPECT_EQ(outcome_of(made), StrategyOutcome::load_failed);
  made.signature = "load-no-safetensors";
  EXPECT_EQ(outcome_of(made), StrategyOutcome::not_found);
}

// A test may place on purpose what cannot be placed.
TEST(AModelInAJournal, IsNotJudgedByAPhaseOfAnotherPlacementOrOfAGoodTest) {
  Script script = passing();
  script.start("placement", kSingle).fails("place", "pipeline-3", "refused", "x").end("placement", kSingle, "passed");
  EXPECT_EQ(script.result().outcome(), StrategyOutcome::works);

  script.start("inference", kSingle).fails("place", "pipeline-3", "refused", "x");
  script.end("inference", kSingle, "failed", "Value of: x\nanswered: 5");
  EXPECT_EQ(script.result().outcome(), StrategyOutcome::wrong_answers);
  EXPECT_EQ(script.result().decisive()->why, "Answer.IsRight: answered: 5");
}

TEST(AModelInAJournal, ThatOnlyThoughtNeitherWorksNorAnswersWrongly) {
  Script script = passing();
  script.start("inference", kSingle);
  script.end("inference", kSingle, "inconclusive", "stopped while thinking: 50 of 50 tokens, no answer yet");

  EXPECT_EQ(script.result().outcome(), StrategyOutcome::no_answer);
  EXPECT_EQ(script.result().decisive()->why, "Answer.IsRight: stopped while thinking: 50 of 50 tokens, no answer yet");
}

TEST(AModelInAJournal, ThatDoesNotAnswerDoesNotAnswerWrongly) {
  const auto outcome_of = [](const char* suite, const char* result) {
    Script script = passing();
    script.start(suite, kSingle);
    script.add(journal::ExchangeDone{kSingle, "POST", "u", 500, 1, 1, FailureKind::refused, "500", 0, "", ""});
    return script.end(suite, kSingle, result).result().outcome();
  };

  EXPECT_EQ(outcome_of("inference", "failed"), StrategyOutcome::load_failed);
  EXPECT_EQ(outcome_of("inference", "crash"), StrategyOutcome::load_failed);
  EXPECT_EQ(outcome_of("inference", "lost"), StrategyOutcome::load_failed);
  EXPECT_EQ(outcome_of("inference", "hang"), StrategyOutcome::hang);
  EXPECT_EQ(outcome_of("staging", "failed"), StrategyOutcome::not_found);
}

// Seen on v1.0.71: a stage without attention raises, is restarted, raises again, and the stream sends keep-alives.
TEST(AModelInAJournal, WhoseRunnerDiedDoesNotHangThoughItsAnswerNeverEnds) {
  Script script = passing().start("inference", kSingle);
  script.add(journal::StateChange{"runner", "r", "", "RunnerFailed", "no such keyword", "i", 0, "n"});

  EXPECT_EQ(script.end("inference", kSingle, "hang").result().outcome(), StrategyOutcome::load_failed);
  EXPECT_EQ(script.result().decisive()->why, "no such keyword");
}

TEST(AModelInAJournal, WhoseTestNeverEndedHangsOrFailed) {
  Script hung = Script().start("inference", kSingle).ready("single");
  hung.add(journal::WatchdogFired{"inference", kSingle, std::nullopt, 1, ""})
      .add(journal::SuiteEnded{"inference", 0, 9, true, ""});
  Script died =
      Script().start("inference", kSingle).ready("single").add(journal::SuiteEnded{"inference", 0, 11, false, ""});

  EXPECT_EQ(hung.result().outcome(), StrategyOutcome::hang);
  EXPECT_EQ(died.result().outcome(), StrategyOutcome::load_failed);
}

TEST(AModelInAJournal, IsExpectedToFailOnlyWhereTheSuiteSawThat) {
  constexpr const char* kTest = "Scenarios/ExpectedFailure.Comes/m_a_tensor_2";
  Script script = passing();
  script.start("expected_failure", kTest).fails("load", "tensor-2", "exited", "29 groups");
  script.end("expected_failure", kTest, "expected_failure");

  EXPECT_EQ(script.result().outcome(), StrategyOutcome::load_failed);
  EXPECT_TRUE(script.result().as_expected());
  EXPECT_EQ(script.result().placements.front().outcome, StrategyOutcome::works);

  script.start("inference", kTensor).end("inference", kTensor, "crash", "but otherwise");
  EXPECT_FALSE(script.result().as_expected()) << "the same placement also failed in another way";
}

// A known finding about Exo is an expected failure, too, and no fault of the model.
TEST(AModelInAJournal, WorksInSpiteOfAKnownFinding) {
  EXPECT_EQ(passing().start("inference", kSingle).end("inference", kSingle, "expected_failure").result().outcome(),
            StrategyOutcome::works);
}

TEST(AModelInAJournal, ThatOnlyItsFixtureNamesAndNobodyCouldTryIsLeftOut) {
  constexpr const char* kTest = "Scenarios/ExpectedFailure.Comes/m_a_tensor_4";
  const Script script =
      passing().start("expected_failure", kTest).end("expected_failure", kTest, "skipped", "", "needs 4 nodes");

  ASSERT_EQ(script.result().placements.size(), 1u);
  EXPECT_EQ(script.result().outcome(), StrategyOutcome::works);
}

TEST(AModelInAJournal, IsJudgedOnlyInThePlacementsThatWereAskedFor) {
  constexpr const char* kTest = "Scenarios/ExpectedFailure.Comes/m_a_pipeline_2";
  Script script = passing(kTensor, "tensor-2").start("expected_failure", kTest);
  script.add(journal::StateChange{"runner", "r", "", "RunnerFailed", "no such keyword", "i", 0, "n"});
  script.end("expected_failure", kTest, "expected_failure");
  const auto tests = tests_of(script.records);

  EXPECT_EQ(result_of(tests, fixture("m-a"), {2, 2}, {"tensor-2"}).outcome(), StrategyOutcome::works);
  const ModelResult all = result_of(tests, fixture("m-a"), {2, 2});
  EXPECT_EQ(all.outcome(), StrategyOutcome::load_failed);
  EXPECT_EQ(all.decisive()->why, "no such keyword") << "a runner says more than the name of a test";
}

// A fixture names placements that were not selected; their tests have their parameter in the name only.
TEST(AModelInAJournal, IsSeenInTestsThatNameItInTheirNameOnly) {
  Script script = passing();
  script.add(journal::TestStarted{"expected_failure", "Scenarios/ExpectedFailure.Comes/m_a_tensor_2", "", 0, "", ""});
  script.end("expected_failure", "Scenarios/ExpectedFailure.Comes/m_a_tensor_2", "failed", "otherwise");
  const auto tests = tests_of(script.records);

  EXPECT_EQ(result_of(tests, fixture("m-a"), {2, 2}).placements.size(), 2u);
  EXPECT_NE(fitness_of(tests, fixture("m-a"), result_of(tests, fixture("m-b"), {2, 2})).fit, FallbackFit::unfit)
      << "a failure of the model is none of the cluster";
}

TEST(AModelInAJournal, IsExplainedByItsDiagnosis) {
  Script script = Script().start("placement", kSingle).fails("load", "single", "exited", "load: rank 0 failed");
  script.end("placement", kSingle, "crash");
  script.add(journal::DiagnosisMade{kSingle,
                                    Blame::product,
                                    Verdict::crash,
                                    Phase::load,
                                    "",
                                    "sig",
                                    "the engine has no such code",
                                    "",
                                    "certain",
                                    0,
                                    {}});

  EXPECT_EQ(script.result().decisive()->why, "the engine has no such code");
}

struct FitnessRow {
  const char* test;
  const char* result;
  FallbackFit fit;
};

class TheFitnessOfTheCluster : public testing::TestWithParam<FitnessRow> {};

// The fallback is `m-b`, the model under trial `m-a`.
TEST_P(TheFitnessOfTheCluster, IsSeenInAllThatIsNotOfTheModel) {
  Script script;
  script.start("inference", "S/A.B/m_b_single");
  script.add(journal::PhaseEnded{Phase::warm_up, "org/m-b", "single", true, 1, {}, "", ""});
  script.end("inference", "S/A.B/m_b_single", "passed");
  script.start("x", GetParam().test).end("x", GetParam().test, GetParam().result, "why it failed");
  const auto tests = tests_of(script.records);

  const Fitness fitness = fitness_of(tests, fixture("m-a"), result_of(tests, fixture("m-b"), {2, 2}));

  EXPECT_EQ(fitness.fit, GetParam().fit);
  EXPECT_THAT(fitness.why, HasSubstr(fitness.fit == FallbackFit::unfit ? "why it failed" : ""));
}

INSTANTIATE_TEST_SUITE_P(Tests, TheFitnessOfTheCluster,
                         testing::Values(FitnessRow{"S/A.B/m_a_single", "crash", FallbackFit::fit},
                                         FitnessRow{"S/A.B/m_b_single", "failed", FallbackFit::unfit},
                                         FitnessRow{"Discovery.NoForeignNode", "failed", FallbackFit::unfit},
                                         FitnessRow{"Discovery.NoForeignNode", "passed", FallbackFit::fit},
                                         FitnessRow{"S/A.B/other_single", "hang", FallbackFit::unfit}));

TEST(TheFitnessOfTheClusterWithNothingRun, IsUnknown) {
  EXPECT_EQ(fitness_of({}, fixture("m-a"), {"m-b", {}}).fit, FallbackFit::unknown);
  EXPECT_EQ(fitness_of({}, fixture("m-a"), {"m-b", {{"single", StrategyOutcome::not_found, "not staged", false}}}).fit,
            FallbackFit::unknown);
}

}  // namespace
}  // namespace exo_harness::trial

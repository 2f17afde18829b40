#include "exo_harness/trial/strategy.h"

#include <gtest/gtest.h>

namespace exo_harness::trial {
namespace {

StrategyEvidence failed(Phase phase, FailureKind kind, std::string what) {
  StrategyEvidence evidence;
  evidence.failed_phase = phase;
  evidence.failure = Failure{kind, std::move(what), ""};
  return evidence;
}

StrategyEvidence not_supported_in(Phase phase, FailureKind kind) {
  StrategyEvidence evidence = failed(phase, kind, "Model type frobnicate not supported.");
  evidence.says_not_supported = true;
  return evidence;
}

StrategyEvidence answered(std::optional<bool> right) {
  StrategyEvidence evidence;
  evidence.answers_right = right;
  return evidence;
}

TEST(TheOutcomeOfAModel, IsOneOfSeven) {
  using enum StrategyOutcome;
  EXPECT_EQ(classify(answered(true)), works);
  EXPECT_EQ(classify(answered({})), works);
  EXPECT_EQ(classify(answered(false)), wrong_answers);
  EXPECT_EQ(classify(failed(Phase::stage, FailureKind::mismatch, "shard missing")), not_found);
  EXPECT_EQ(classify(not_supported_in(Phase::load, FailureKind::exited)), not_supported);
  EXPECT_EQ(classify(failed(Phase::place, FailureKind::refused, "No cycles found with sufficient memory")),
            placement_refused);
  EXPECT_EQ(
      classify(failed(Phase::load, FailureKind::exited, "Array split does not result in sub arrays with equal size")),
      load_failed);
  EXPECT_EQ(classify(failed(Phase::connect, FailureKind::timed_out, "not ready after 120 s")), hang);
}

TEST(TheOutcomeOfAModel, ThatExoDoesNotListIsNotFound) {
  StrategyEvidence evidence = answered({});
  evidence.listed = false;
  EXPECT_EQ(classify(evidence), StrategyOutcome::not_found);
}

TEST(TheOutcomeOfAModel, IsWhatItsFailureSays) {
  StrategyEvidence evidence = failed(Phase::load, FailureKind::exited, "No safetensors found in /models/x");
  evidence.says_not_found = true;
  EXPECT_EQ(classify(evidence), StrategyOutcome::not_found);
  evidence.says_not_supported = true;  // Without files nobody can tell.
  EXPECT_EQ(classify(evidence), StrategyOutcome::not_found);
  EXPECT_EQ(classify(not_supported_in(Phase::place, FailureKind::refused)), StrategyOutcome::not_supported);
  EXPECT_EQ(classify(not_supported_in(Phase::connect, FailureKind::timed_out)), StrategyOutcome::not_supported);
}

TEST(TheOutcomeOfAModel, WhoseAnswersStallIsAHangAndWhoseRunnerDiesIsNot) {
  EXPECT_EQ(classify(failed(Phase::generate, FailureKind::stalled, "only keep-alives")), StrategyOutcome::hang);
  EXPECT_EQ(classify(failed(Phase::generate, FailureKind::empty_answer, "200 and no body")),
            StrategyOutcome::load_failed);
  EXPECT_EQ(classify(failed(Phase::generate, FailureKind::mismatch, "no 4 in the answer")),
            StrategyOutcome::wrong_answers);
}

TEST(TheOutcomeOfAModel, WhosePlacementVanishedAsPredictedWasRefused) {
  StrategyEvidence evidence = failed(Phase::place, FailureKind::timed_out, "no instance showed");
  EXPECT_EQ(classify(evidence), StrategyOutcome::hang);
  evidence.prediction.emplace();
  evidence.prediction->phases = {Phase::place};
  EXPECT_EQ(classify(evidence), StrategyOutcome::placement_refused);
}

TEST(TheOutcomeOfAModel, OfWhichNothingRanIsNeverThatItWorks) {
  StrategyEvidence evidence;
  evidence.tried = false;
  EXPECT_EQ(classify(evidence), StrategyOutcome::not_tried);
  evidence.listed = false;
  EXPECT_EQ(classify(evidence), StrategyOutcome::not_found);
  EXPECT_EQ(ModelResult{}.outcome(), StrategyOutcome::not_tried);
}

ModelResult result_of(std::vector<PlacementResult> placements) {
  return {"nemotron-3-nano", std::move(placements)};
}

TEST(TheResultOfAModel, IsDecidedByTheWorstThatWasNotExpected) {
  using enum StrategyOutcome;
  const PlacementResult good{"single", works, "", false}, expected{"tensor-2", load_failed, "29 groups", true},
      surprise{"pipeline-2", hang, "no answer", false}, untried{"tensor-jaccl-2", not_tried, "no RDMA edges", false};

  EXPECT_EQ(result_of({untried, good}).outcome(), works);
  EXPECT_FALSE(result_of({untried, good}).as_expected());
  EXPECT_EQ(result_of({good, expected, untried}).outcome(), load_failed);
  EXPECT_TRUE(result_of({good, expected, untried}).as_expected());
  EXPECT_EQ(result_of({expected, surprise}).outcome(), hang);
  EXPECT_FALSE(result_of({expected, surprise}).as_expected());
  EXPECT_EQ(result_of({untried}).outcome(), not_tried);
}

TEST(TheAnswerInWords, KeepsModelAndClusterApart) {
  using enum StrategyOutcome;
  EXPECT_EQ(answer_in_words(result_of({{"single", works, "", false}}), "f", FallbackFit::not_needed),
            "nemotron-3-nano works on this cluster as single; the fallback f was not needed.");
  EXPECT_EQ(answer_in_words(result_of({{"single", not_supported, "no code for nemotron_h", false}}), "llama-3.2-1b",
                            FallbackFit::fit),
            "nemotron-3-nano is not supported by this Exo as single (no code for nemotron_h); the cluster itself is "
            "fit: it passed with llama-3.2-1b.");
  EXPECT_EQ(answer_in_words(result_of({{"single", hang, "", false}}), "f", FallbackFit::unfit, "api"),
            "nemotron-3-nano hangs as single; the cluster itself is not fit either: it failed with f (api).");
  EXPECT_EQ(answer_in_words(result_of({}), "f", FallbackFit::unknown),
            "nemotron-3-nano was not tried; cluster fitness unknown: no test with f ran.");
}

TEST(TheAnswerInWords, TellsPlacementsThatDiffer) {
  using enum StrategyOutcome;
  EXPECT_EQ(answer_in_words(result_of({{"tensor-2", load_failed, "29 groups", true},
                                       {"tensor-jaccl-2", not_tried, "no RDMA edges", false},
                                       {"single", works, "", false},
                                       {"tensor-3", works, "though expected to fail", false},
                                       {"pipeline-2", works, "", false},
                                       {"pipeline-jaccl-2", works, "", false}}),
                            "f", FallbackFit::fit),
            "nemotron-3-nano works on this cluster as single, pipeline-2 and pipeline-jaccl-2, works as tensor-3 "
            "(though expected to fail), failed to load or to run as tensor-2, as expected (29 groups), was not tried "
            "as tensor-jaccl-2 (no RDMA edges); the cluster "
            "itself is fit: it passed with f.");
}

}  // namespace
}  // namespace exo_harness::trial

#include "exo_harness/model/predict/score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"

namespace exo_harness::model {
namespace {

using Kind = Expectation::Kind;
using Verdict = Rehearsal::Verdict;

const exo::Mode kTensor{exo::Sharding::tensor, exo::Comm::mlx_ring, 2};

Prediction predicted(Kind kind, const std::string& signature = "", Phase phase = Phase::load) {
  Prediction prediction;
  prediction.mode = kTensor;
  prediction.predicted = kind;
  if (kind == Kind::fails) prediction.phases = {phase};
  prediction.signature = signature;
  return prediction;
}

RecordedModel seen(Verdict verdict, const std::string& error = "", const exo::Mode& mode = kTensor) {
  Rehearsal rehearsal;
  rehearsal.mode = mode;
  rehearsal.verdict = verdict;
  rehearsal.step = "load";
  rehearsal.error = error;
  return {{"", true, 4, 64, 2}, {rehearsal}};
}

TEST(Score, OnlyWhatIsCertainCanBeWrong) {
  for (const Verdict verdict : {Verdict::passes, Verdict::fails})
    EXPECT_EQ(score_of(predicted(Kind::unknown), seen(verdict)), Score::honest);
  EXPECT_EQ(score_of(predicted(Kind::works), seen(Verdict::passes)), Score::right);
  EXPECT_EQ(score_of(predicted(Kind::works), seen(Verdict::fails)), Score::wrong);
  EXPECT_EQ(score_of(predicted(Kind::fails), seen(Verdict::passes)), Score::wrong);
  EXPECT_EQ(score_of(predicted(Kind::fails), seen(Verdict::unknown)), Score::unasked);
}

TEST(Score, AFailureIsRightWithItsOwnText) {
  const RecordedModel failed = seen(Verdict::fails, "ValueError: Model type x not supported.");
  EXPECT_EQ(score_of(predicted(Kind::fails, "Model type x not supported"), failed), Score::right);
  EXPECT_EQ(score_of(predicted(Kind::fails, "attempting 2 splits"), failed), Score::wrong);
  Prediction wrong_answers = predicted(Kind::fails, "", Phase::generate);
  wrong_answers.wrong_answers = true;
  EXPECT_EQ(score_of(wrong_answers, failed), Score::wrong);
}

TEST(Score, WhatFailsOnOneNodeBeforeItIsSplitFailsOnTwo) {
  const RecordedModel one = seen(Verdict::fails, "ValueError: x", exo::Mode{});
  EXPECT_EQ(score_of(predicted(Kind::fails, "x"), one), Score::right);
  EXPECT_EQ(score_of(predicted(Kind::fails), seen(Verdict::passes, "", exo::Mode{})), Score::unasked);
}

TEST(Score, WhatTheMasterRefusesIsAskedOfExosOwnCard) {
  const Prediction refused = predicted(Kind::fails, "", Phase::place);
  RecordedModel model = seen(Verdict::passes);
  EXPECT_EQ(score_of(refused, model), Score::wrong);
  model.card.supports_tensor = false;
  EXPECT_EQ(score_of(refused, model), Score::right);
  model.card = {"", true, 4, 65, 2};
  EXPECT_EQ(score_of(refused, model), Score::right);
}

TEST(Score, AReportIsSeenOnOneNode) {
  EXPECT_EQ(score_of(predicted(Kind::fails, "y"), PublicReport{Kind::fails, "x", "a"}), Score::right);
  EXPECT_EQ(score_of(predicted(Kind::works), PublicReport{Kind::fails, "x", "a"}), Score::wrong);
  EXPECT_EQ(score_of(predicted(Kind::unknown), PublicReport{Kind::fails, "x", "a"}), Score::honest);
}

TEST(Score, ToBeUnsureCostsLessThanToBeCertainlyWrong) {
  EXPECT_EQ(brier_of(Score::right), 0);
  EXPECT_EQ(brier_of(Score::honest), 0.25);
  EXPECT_EQ(brier_of(Score::wrong), 1);
  EXPECT_FALSE(brier_of(Score::unasked).has_value());
}

TEST(Recorded, ComesBackAsItWasWritten) {
  const TemporaryFolder folder;
  RecordedGeneration recorded{exo::Generation::zenoh, "2026-11-29", {"1", "2", "3", "4", "5"}, {}};
  recorded.models["a"] = seen(Verdict::fails, "ValueError: x");
  recorded.models["b"].card.error = "no layers";
  write_recorded(recorded, folder.path() / "r.jsonl");
  const RecordedGeneration back = read_recorded(folder.path() / "r.jsonl");
  EXPECT_EQ(back.generation, exo::Generation::zenoh);
  EXPECT_EQ(back.engine.sharding, "5");
  ASSERT_EQ(back.models.at("a").placements.size(), 1u);
  EXPECT_EQ(back.models.at("a").placements[0].error, "ValueError: x");
  EXPECT_EQ(back.models.at("a").card.hidden_size, 64);
  EXPECT_EQ(back.models.at("b").card.error, "no layers");
}

TEST(Configurations, SaysWhereALineIsNone) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "c.jsonl";
  const std::string good = R"({"id":"a","source":"s","config":{"model_type":"llama"}})";
  write_file(file, good + "\n");
  EXPECT_EQ(read_configurations(file).at(0).config, R"({"model_type":"llama"})");
  write_file(file, good + "\n" +
                       R"({"id":"b","source":"s","of":"a","quantization":{"bits":4,"group_size":64},)"
                       R"("tensors":["U32 8x2 model.layers.{0-1}.x.weight"]})");
  const ModelFolder saved = folder_of(read_configurations(file).at(1));
  EXPECT_EQ(saved.config.quantization.bits, 4);
  EXPECT_EQ(saved.tensors().size(), 2u);
  for (const std::string& bad : {good + "\n" + good, good + "\n{", good + "\n{\"id\":7}", good + "\n[]",
                                 good + "\n" + R"({"id":"b","source":"s","of":"c","tensors":[]})"}) {
    write_file(file, bad);
    try {
      static_cast<void>(read_configurations(file));
      FAIL() << bad;
    } catch (const HarnessError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(":2: ")) << bad;
    }
  }
}

}  // namespace
}  // namespace exo_harness::model

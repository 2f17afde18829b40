// Predictions by rule beside what two engines said of configurations of public models, and what people published.
#include "exo_harness/model/predict/configurations.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/model/predict/score.h"

namespace exo_harness::model {
namespace {

const std::filesystem::path kFolder = EXO_FIXTURES_DIR "/models/configurations";

std::vector<exo::Mode> placements() {
  return {
      exo::Mode{}, {exo::Sharding::pipeline, exo::Comm::mlx_ring, 2}, {exo::Sharding::tensor, exo::Comm::mlx_ring, 2}};
}

Prediction prediction_of(const Configuration& configuration, const exo::Mode& mode, exo::Generation generation) {
  const ModelFolder folder = folder_of(configuration);
  return predict(folder, card_of(folder, configuration.id, generation), mode, generation);
}

class PublicConfigurations : public testing::TestWithParam<const char*> {
 protected:
  std::vector<Configuration> all = read_configurations(kFolder / "configurations.jsonl");
  RecordedGeneration recorded = read_recorded(kFolder / format("rehearsed-{}.jsonl", GetParam()));
};

TEST_P(PublicConfigurations, NoPredictionIsCertainAndWrong) {
  for (const Configuration& each : all) {
    const auto seen = recorded.models.find(each.id);
    ASSERT_NE(seen, recorded.models.end()) << each.id << " was not rehearsed";
    for (const exo::Mode& mode : placements()) {
      const Prediction prediction = prediction_of(each, mode, recorded.generation);
      EXPECT_NE(score_of(prediction, seen->second), Score::wrong)
          << each.id << ": " << testing::PrintToString(prediction)
          << "\nseen: " << testing::PrintToString(seen->second.placements);
    }
  }
}

/// By config.json alone. To be silent is never wrong, so a rule that is lost would not show above.
TEST_P(PublicConfigurations, EveryFailureOfTheEngineIsPredicted) {
  for (const Configuration& each : all) {
    for (const Rehearsal& seen : recorded.models.at(each.id).placements) {
      if (seen.verdict != Rehearsal::Verdict::fails || !each.tensors.empty()) continue;
      const Prediction prediction = prediction_of(each, seen.mode, recorded.generation);
      EXPECT_EQ(prediction.predicted, Expectation::Kind::fails)
          << each.id << "\nseen: " << testing::PrintToString(seen);
    }
  }
}

/// Without this, to say `works` of nothing would be right, too.
TEST_P(PublicConfigurations, WorksIsSaidOfManyThatPass) {
  int works = 0;
  for (const Configuration& each : all) {
    for (const exo::Mode& mode : placements()) {
      const Prediction prediction = prediction_of(each, mode, recorded.generation);
      if (prediction.predicted != Expectation::Kind::works) continue;
      EXPECT_EQ(score_of(prediction, recorded.models.at(each.id)), Score::right) << each.id;
      ++works;
    }
  }
  EXPECT_GE(works, 25);
}

TEST_P(PublicConfigurations, NoReportContradictsACertainPrediction) {
  for (const Configuration& each : all) {
    if (!each.report) continue;
    const Prediction prediction = prediction_of(each, exo::Mode{}, recorded.generation);
    EXPECT_NE(score_of(prediction, *each.report), Score::wrong)
        << each.id << ": " << testing::PrintToString(prediction) << "\nreport: " << each.report->source;
  }
}

TEST_P(PublicConfigurations, CardsAreTheOnesThatExoWrites) {
  for (const Configuration& each : all) {
    const RecordedCard& exos = recorded.models.at(each.id).card;
    if (!exos.error.empty()) continue;
    const ModelFolder folder = config_alone(each.config, each.id);
    const CardFacts ours = card_of(folder, each.id, recorded.generation);
    EXPECT_EQ(ours.supports_tensor, exos.supports_tensor) << each.id;
    EXPECT_EQ(ours.layers, exos.layers) << each.id;
    if (exos.hidden_size > 0) {  // It does not read n_embd.
      EXPECT_EQ(ours.hidden_size, exos.hidden_size) << each.id;
    }
    EXPECT_EQ(ours.kv_heads, exos.kv_heads) << each.id;
  }
}

TEST_P(PublicConfigurations, AreManyAndOfManyFamilies) {
  std::set<std::string> families;
  int failures = 0, models = 0;
  for (const Configuration& each : all) {
    if (!each.of.empty()) continue;
    ++models;
    families.insert(config_alone(each.config, each.id).config.model_type);
    for (const Rehearsal& seen : recorded.models.at(each.id).placements)
      failures += seen.mode.world_size == 1 && seen.verdict == Rehearsal::Verdict::fails ? 1 : 0;
  }
  EXPECT_GE(models, 60);
  EXPECT_GE(families.size(), 20u);
  EXPECT_GE(failures, 10);
  EXPECT_GE(std::count_if(all.begin(), all.end(), [](const Configuration& each) { return each.report.has_value(); }),
            10);
}

INSTANTIATE_TEST_SUITE_P(, PublicConfigurations, testing::Values("v1.0.71", "zenoh"));

}  // namespace
}  // namespace exo_harness::model

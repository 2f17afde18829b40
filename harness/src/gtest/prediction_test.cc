#include "exo_harness/gtest/prediction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/model/rehearse/rehearsal.h"

namespace exo_harness::gtest {
namespace {

using exo::Generation;
using model::Expectation;
using testing::HasSubstr;

constexpr exo::Mode kTensor2{exo::Sharding::tensor, exo::Comm::mlx_ring, 2};

class ThePrediction : public testing::Test {
 protected:
  ThePrediction() {
    setenv("EXO_HARNESS_FIXTURES", EXO_FIXTURES_DIR, 1);
    scenario_.model = model::load_fixture_model(std::string(EXO_FIXTURES_DIR) + "/models/nemotron-3-nano.toml");
    for (const char* node : {"a", "b"}) {
      state_.nodes.emplace_back(node);
      state_.facts[node].memory = exo::Memory{0, 40'000'000'000, 0, 0};
    }
  }
  ~ThePrediction() override { unsetenv("EXO_HARNESS_FIXTURES"); }
  model::Prediction prediction() const { return prediction_of(scenario_, state_, Generation::v1_0_71); }
  Expectation& says(Expectation::Kind kind) {
    Expectation& expectation = scenario_.model.placements[exo::short_name(scenario_.mode)];
    expectation = {};
    expectation.kind = kind;
    return expectation;
  }

  Scenario scenario_;
  exo::State state_;
};

TEST_F(ThePrediction, IsWhatTheFixtureSays) {
  scenario_.mode = kTensor2;
  says(Expectation::Kind::fails).phases = {Phase::load};
  scenario_.model.placements["tensor-2"].reason = "because";
  EXPECT_EQ(prediction().predicted, Expectation::Kind::fails);
  EXPECT_EQ(prediction().reason, "because");
  says(Expectation::Kind::works);
  EXPECT_EQ(prediction().predicted, Expectation::Kind::works) << "whatever the rules say of loading it";
}

TEST_F(ThePrediction, IsWhatTheRulesSayWhenTheFixtureDoesNotKnow) {
  scenario_.mode = kTensor2;
  says(Expectation::Kind::unknown);
  EXPECT_THAT(prediction().reason, HasSubstr("1856 inputs in groups of 64 are 29 groups"));
  says(Expectation::Kind::works).versions = "main";
  EXPECT_EQ(prediction().predicted, Expectation::Kind::fails) << "it says nothing of this generation";
}

TEST_F(ThePrediction, BelievesTheCardThatExoHas) {
  scenario_.mode = kTensor2;
  says(Expectation::Kind::unknown);
  exo::ModelInfo listed;
  const auto with_card = [&] { return prediction_of(scenario_, state_, Generation::v1_0_71, listed); };
  EXPECT_THAT(with_card().reason, HasSubstr("supports_tensor = false"));
  listed.supports_tensor = true;
  EXPECT_EQ(with_card().phases, std::vector{Phase::load});
}

TEST_F(ThePrediction, TakesTheMemoryOfTheNodesBeforeTheWordOfTheFixture) {
  says(Expectation::Kind::works);
  EXPECT_EQ(prediction().predicted, Expectation::Kind::works);
  state_.facts["a"].memory->ram_available = state_.facts["b"].memory->ram_available = 20'000'000'000;
  EXPECT_EQ(prediction().predicted, Expectation::Kind::fails);
  EXPECT_EQ(prediction().phases, std::vector{Phase::place});
}

TEST_F(ThePrediction, IsUnknownWithoutFilesAndFacts) {
  scenario_.model.id = "nobody";
  scenario_.model.repo = "exo-harness/nobody";
  scenario_.model.stage_from.clear();
  says(Expectation::Kind::unknown);
  EXPECT_EQ(prediction().predicted, Expectation::Kind::unknown);
  EXPECT_THAT(prediction().reason, HasSubstr("not on this machine"));
}

TEST_F(ThePrediction, BelievesTheEngineThatTheRunAskedBeforehand) {
  scenario_.mode = kTensor2;
  says(Expectation::Kind::works);
  EXPECT_EQ(prediction().basis, model::Basis::fixture);
  const TemporaryFolder folder;
  model::RehearsedModel asked;
  asked.placements.resize(1);
  asked.placements[0].mode = kTensor2;
  asked.placements[0].verdict = model::Rehearsal::Verdict::fails;
  asked.placements[0].step = "shard";
  asked.placements[0].error = "ValueError: cannot split: 29";
  write_file(folder.path() / (scenario_.model.id + ".json"), model::rehearsal_json(asked));
  setenv("EXO_HARNESS_REHEARSALS", folder.path().c_str(), 1);
  EXPECT_EQ(prediction().predicted, Expectation::Kind::fails) << "the fixture was written for another engine";
  EXPECT_EQ(prediction().basis, model::Basis::rehearsed);
  says(Expectation::Kind::fails).phases = {Phase::place};
  EXPECT_EQ(prediction().basis, model::Basis::fixture) << "what it knows of failures, it has seen";
  unsetenv("EXO_HARNESS_REHEARSALS");
}

TEST(PredictionOfAFailure, IsJudgedByAnAnswerWhereOneMayShowIt) {
  model::Prediction prediction;
  prediction.predicted = Expectation::Kind::fails;
  prediction.phases = {Phase::warm_up, Phase::generate};  // As a rehearsal says of a batch.
  EXPECT_TRUE(may_show_in_an_answer(prediction));
  prediction.phases = {Phase::load};
  EXPECT_FALSE(may_show_in_an_answer(prediction));
  prediction.wrong_answers = true;
  EXPECT_TRUE(may_show_in_an_answer(prediction));
  prediction.predicted = Expectation::Kind::works;
  EXPECT_FALSE(may_show_in_an_answer(prediction));
}

}  // namespace
}  // namespace exo_harness::gtest

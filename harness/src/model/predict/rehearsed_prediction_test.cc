#include "exo_harness/model/predict/rehearsed_prediction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"

namespace exo_harness::model {
namespace {

using Kind = Expectation::Kind;
using Verdict = Rehearsal::Verdict;
using testing::HasSubstr;

Prediction rule(Kind kind, std::vector<Phase> phases = {}, bool wrong = false) {
  Prediction prediction;
  prediction.mode = {exo::Sharding::tensor, exo::Comm::mlx_ring, 2};
  prediction.predicted = kind;
  prediction.basis = kind == Kind::unknown ? Basis::unknown : Basis::rule;
  prediction.phases = std::move(phases);
  prediction.wrong_answers = wrong;
  prediction.reason = "by rule";
  return prediction;
}

Rehearsal rehearsal(Verdict verdict) {
  Rehearsal result;
  result.verdict = verdict;
  result.step = verdict == Verdict::fails ? "shard" : "batch";
  if (verdict == Verdict::fails) {
    result.rank = 1;
    result.error = "ValueError: cannot split: 29";
    result.place = "auto_parallel.py:7 shard";
  }
  if (verdict == Verdict::unknown) result.reason = "it was stopped";
  return result;
}

Prediction of(const Prediction& rule, Verdict verdict) {
  const Rehearsal asked = rehearsal(verdict);
  return with_rehearsal(rule, &asked);
}

TEST(RehearsedPrediction, TheEngineProvesWhatNoRuleKnows) {
  const Prediction works = of(rule(Kind::unknown), Verdict::passes);
  EXPECT_EQ(works.predicted, Kind::works);
  EXPECT_EQ(works.basis, Basis::rehearsed);
  const Prediction fails = of(rule(Kind::works), Verdict::fails);
  EXPECT_EQ(fails.predicted, Kind::fails);
  EXPECT_EQ(fails.basis, Basis::rehearsed);
  EXPECT_EQ(fails.phases, std::vector{Phase::load});
  EXPECT_EQ(fails.signature, "cannot split: 29");
  EXPECT_EQ(fails.source, "auto_parallel.py:7 shard");
}

TEST(RehearsedPrediction, WhatTheEngineWasNotAskedStaysByRule) {
  for (const Verdict verdict : {Verdict::passes, Verdict::fails, Verdict::unknown}) {
    const Prediction refused = of(rule(Kind::fails, {Phase::place}), verdict);
    EXPECT_EQ(refused.phases, std::vector{Phase::place});
    EXPECT_EQ(refused.basis, Basis::rule);
  }
  const Prediction wrong = of(rule(Kind::fails, {Phase::generate}, true), Verdict::passes);
  EXPECT_EQ(wrong.predicted, Kind::fails);
  EXPECT_EQ(wrong.basis, Basis::rule);
  Prediction jaccl = rule(Kind::unknown);
  jaccl.mode.comm = exo::Comm::mlx_jaccl;
  EXPECT_EQ(of(jaccl, Verdict::passes).predicted, Kind::unknown);
}

TEST(RehearsedPrediction, ARuleThatTheEngineDoesNotShowLeavesNothingCertain) {
  const Prediction both = of(rule(Kind::fails, {Phase::load}), Verdict::passes);
  EXPECT_EQ(both.predicted, Kind::unknown);
  EXPECT_EQ(both.basis, Basis::unknown);
  EXPECT_TRUE(both.phases.empty());
  EXPECT_THAT(both.reason, HasSubstr("by rule it fails in load"));
}

TEST(RehearsedPrediction, ARuleMayKnowThePhaseBetter) {
  Rehearsal batch = rehearsal(Verdict::fails);
  batch.step = "batch";
  EXPECT_EQ(with_rehearsal(rule(Kind::fails, {Phase::generate}), &batch).phases, std::vector{Phase::generate});
  EXPECT_EQ(with_rehearsal(rule(Kind::fails, {Phase::load}), &batch).phases,
            (std::vector{Phase::warm_up, Phase::generate}));
}

TEST(RehearsedPrediction, ConfigAloneProvesNoWeights) {
  Rehearsal asked = rehearsal(Verdict::passes);
  asked.without_weights = true;
  EXPECT_EQ(with_rehearsal(rule(Kind::unknown), &asked).predicted, Kind::unknown);
}

TEST(RehearsedPrediction, OneThatDidNotEndProvesNothing) {
  const Prediction doubt = of(rule(Kind::works), Verdict::unknown);
  EXPECT_EQ(doubt.predicted, Kind::unknown);
  EXPECT_THAT(doubt.reason, HasSubstr("it was stopped"));
  EXPECT_EQ(of(rule(Kind::fails, {Phase::load}), Verdict::unknown).predicted, Kind::fails);
  EXPECT_EQ(with_rehearsal(rule(Kind::works), nullptr).predicted, Kind::works);
}

TEST(RehearsalJson, IsReadBack) {
  RehearsedModel model;
  model.engine = {"0.3.70", "0.31.2", "0.31.3", "3.13.5", "a0847f9f49da"};
  for (const Verdict verdict : {Verdict::passes, Verdict::fails, Verdict::unknown}) {
    Rehearsal one = rehearsal(verdict);
    one.mode = {exo::Sharding::tensor, exo::Comm::mlx_ring, 2};
    one.wrong_answers = verdict == Verdict::fails;
    one.without_weights = verdict == Verdict::passes;
    one.cpu_seconds = 0.5;
    one.peak_bytes = 134'000'000;
    one.took_ms = 1200;
    model.placements.push_back(one);
  }
  const std::string written = rehearsal_json(model);
  EXPECT_EQ(rehearsal_json(parse_rehearsal_json(written)), written);
  for (const char* other : {"", "{}", "[]", "{\"engine\": 1}", "{\"engine\": {}, \"placements\": [{}]}"})
    EXPECT_THROW(parse_rehearsal_json(other), HarnessError) << other;
}

}  // namespace
}  // namespace exo_harness::model

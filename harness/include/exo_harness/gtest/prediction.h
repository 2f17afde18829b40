#pragma once

#include <optional>
#include <string>

#include "exo_harness/cluster/cluster.h"
#include "exo_harness/exo/placement.h"
#include "exo_harness/gtest/scenario.h"
#include "exo_harness/journal/records.h"
#include "exo_harness/model/predict/prediction.h"

namespace exo_harness::gtest {

/// What is predicted of the scenario before it is placed: what its fixture says, else what the rules say of the files
/// on this machine, or of the recorded facts, and of the nodes in `state`. What the rules say of the placement itself
/// goes before a `works` of the fixture, which does not know the nodes; so does a failure of the engine that the run
/// asked beforehand (models rehearse). `unknown` when there is neither. `listed`: the
/// model in `/models`, whose card decides of tensor; nullopt: the card that `models stage` writes.
model::Prediction prediction_of(const Scenario& scenario, const exo::State& state, exo::Generation generation,
                                const std::optional<exo::ModelInfo>& listed = {});

/// The same of the cluster that the suite is attached to, as it is now.
model::Prediction prediction_of(const Scenario& scenario);

/// Whether a failure that is predicted may show only when what was placed is asked: the engine knows some that come in
/// the warm-up of one version and in the first request of another.
bool may_show_in_an_answer(const model::Prediction& prediction);

/// Journals what was predicted and what came of it. What is predicted to fail only when it answers is asked for a
/// token; does not judge predictions of wrong answers.
void record_prediction(const Scenario& scenario, const model::Prediction& prediction,
                       const Outcome<cluster::PlacedInstance>& placed);
/// The same for what was seen otherwise. `failure`: why not; empty when it worked.
void record_prediction(const Scenario& scenario, const model::Prediction& prediction, const std::string& failure);

}  // namespace exo_harness::gtest

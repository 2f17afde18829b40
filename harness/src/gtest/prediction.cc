#include "exo_harness/gtest/prediction.h"

#include <algorithm>

#include "exo_harness/core/environment.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/version.h"
#include "exo_harness/gtest/attached_cluster.h"
#include "exo_harness/model/checkpoint/facts.h"
#include "exo_harness/model/checkpoint/folder.h"
#include "exo_harness/model/predict/rehearsed_prediction.h"
#include "exo_harness/model/stage/locate.h"

#include "session.h"

namespace exo_harness::gtest {
namespace {

namespace fs = std::filesystem;
using model::Expectation;
constexpr std::chrono::seconds kModelsLimit{10};

model::Prediction unknown(std::string why) {
  model::Prediction prediction;
  prediction.reason = std::move(why);
  return prediction;
}

/// The files that the rules look at; nothing when there are none.
std::optional<model::ModelFolder> files_of(const model::FixtureModel& fixture) {
  if (const auto folder = model::find_model(fixture)) return model::read_model_folder(*folder);
  const fs::path fixtures = model::fixtures_folder();
  if (model::has_facts(fixtures, fixture.id)) return model::read_facts(fixtures, fixture.id);
  return {};
}

model::Prediction by_rules(const Scenario& scenario, const exo::State& state, exo::Generation generation,
                           const std::optional<exo::ModelInfo>& listed) {
  try {
    const auto files = files_of(scenario.model);
    if (!files) return unknown("its files are not on this machine, and no facts of it are recorded");
    model::CardFacts card = model::card_of(*files, scenario.model.repo, generation);
    if (!scenario.model.card_states_kv_heads) card.kv_heads = 0;
    if (listed) card.supports_tensor = listed->supports_tensor;
    if (listed) card.base_model = listed->base_model;
    return model::predict(*files, card, scenario.mode, generation, model::nodes_facts(state));
  } catch (const HarnessError& error) {
    return unknown(error.what());
  }
}

/// What the run asked the engine of that model beforehand; empty when it asked nothing.
model::RehearsedModel rehearsed_before(const std::string& model_id) {
  const std::string folder = environment("EXO_HARNESS_REHEARSALS");
  const fs::path file = fs::path(folder) / (model_id + ".json");
  std::error_code ignored;
  if (folder.empty() || !fs::exists(file, ignored)) return {};
  return model::parse_rehearsal_json(read_file(file));
}

/// Why no token came; empty when one did.
std::string why_no_token(const Scenario& scenario) {
  exo::ChatRequest request;
  request.model = scenario.model.repo;
  request.messages = {{"user", "Hello"}};
  request.max_tokens = 2;
  cluster::Cluster& cluster = attached_cluster();
  const auto answer =
      cluster.client().stream_chat(request.greedy(), Deadline::after(cluster.spec().limits.first_token));
  return answer ? "" : to_string(answer.failure());
}

journal::PredictionSeen record_of(const Scenario& scenario, const model::Prediction& prediction) {
  journal::PredictionSeen record;
  record.model = scenario.model.id;
  record.placement = exo::short_name(scenario.mode);
  record.predicted = model::to_string(prediction.predicted);
  record.reason = prediction.reason;
  record.basis = model::to_string(prediction.basis);
  return record;
}

}  // namespace

model::Prediction prediction_of(const Scenario& scenario) {
  cluster::Cluster& cluster = attached_cluster();
  const auto state = cluster.state();
  const auto models = cluster.client().models(Deadline::after(kModelsLimit));
  std::optional<exo::ModelInfo> listed;
  for (const exo::ModelInfo& each : models ? *models : std::vector<exo::ModelInfo>{}) {
    if (each.id == scenario.model.repo) listed = each;
  }
  return prediction_of(scenario, state ? *state : exo::State{}, cluster.generation(), listed);
}

model::Prediction prediction_of(const Scenario& scenario, const exo::State& state, exo::Generation generation,
                                const std::optional<exo::ModelInfo>& listed) {
  const Expectation expected = scenario.model.expectation(scenario.mode);
  const bool holds = exo::names_generation(expected.versions, generation);
  const model::RehearsedModel engine = rehearsed_before(scenario.model.id);
  const model::Prediction ruled =
      model::with_rehearsal(by_rules(scenario, state, generation, listed), rehearsal_of(engine, scenario.mode));
  if (expected.kind == Expectation::Kind::unknown || !holds) return ruled;
  // The fixture knows the model, the rules know these nodes: memory, RDMA, how many there are. The engine of these
  // nodes knows better than a fixture that was written for another one.
  const bool refused = ruled.predicted == Expectation::Kind::fails &&
                       (ruled.phases == std::vector{Phase::place} || ruled.basis == model::Basis::rehearsed);
  if (expected.kind == Expectation::Kind::works && refused) return ruled;
  model::Prediction prediction;
  prediction.mode = scenario.mode;
  prediction.basis = model::Basis::fixture;
  prediction.predicted = expected.kind;
  prediction.phases = expected.phases;
  prediction.reason = expected.reason;
  return prediction;
}

void record_prediction(const Scenario& scenario, const model::Prediction& prediction, const std::string& failure) {
  journal::PredictionSeen record = record_of(scenario, prediction);
  record.seen = failure.empty() ? "works" : "fails";
  record.detail = failure;
  session().journal().append(record);
}

bool may_show_in_an_answer(const model::Prediction& prediction) {
  const auto& phases = prediction.phases;
  return prediction.predicted == Expectation::Kind::fails &&
         (prediction.wrong_answers || std::find(phases.begin(), phases.end(), Phase::generate) != phases.end());
}

void record_prediction(const Scenario& scenario, const model::Prediction& prediction,
                       const Outcome<cluster::PlacedInstance>& placed) {
  if (!placed.ok() || !may_show_in_an_answer(prediction))
    return record_prediction(scenario, prediction, placed.ok() ? std::string() : to_string(placed.failure()));
  if (!prediction.wrong_answers) return record_prediction(scenario, prediction, why_no_token(scenario));
  journal::PredictionSeen record = record_of(scenario, prediction);
  record.seen = "unknown";
  record.detail = "it is ready; whether its answers are right was not judged here";
  session().journal().append(record);
}

}  // namespace exo_harness::gtest

#include "exo_harness/model/predict/prediction.h"

#include <ostream>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/checkpoint/architecture.h"

#include "model/checkpoint/exo_rules.h"
#include "prediction_rules.h"
#include "seen.h"
#include "weight_doubts.h"

namespace exo_harness::model {
namespace {

std::optional<Prediction> first_no(const Subject& subject) {
  for (const auto& rules : {placement_rules(), load_rules(), generation_rules()}) {
    for (const Rule rule : rules) {
      if (auto no = rule(subject)) return no;
    }
  }
  return {};
}

Prediction yes_or_unknown(const Subject& s) {
  Prediction prediction;
  const exo::Mode& mode = s.mode;
  if (s.folder.shards.empty()) {
    prediction.reason = "no rule predicts a failure by config.json alone: no weights were looked at";
    prediction.source = "no rule";
    return prediction;
  }
  if (!is_known_family(s.config.model_type)) {
    prediction.reason =
        format("no rule predicts a failure, but the rules were not written for `{}`", s.config.model_type);
    prediction.source = "no rule";
    return prediction;
  }
  if (mode.world_size > 1 && mode.comm == exo::Comm::mlx_jaccl && !s.nodes.rdma_cycle) {
    prediction.reason = "nothing in the model is against it; whether each pair of nodes is joined by RDMA is not known";
    prediction.source = "rdma contract 4";
    return prediction;
  }
  if (!was_seen(s.module, s.config, mode)) {
    prediction.reason = format("no rule predicts a failure, but no {} of `{}`, {}, was seen on a real Exo",
                               mode.world_size == 1 ? "placement on one node" : to_lower(to_string(mode.sharding)),
                               s.config.model_type, packing_text(s.config));
    prediction.source = "reports/measured/predictions.md; `models rehearse` asks the engine";
    return prediction;
  }
  prediction.predicted = Expectation::Kind::works;
  prediction.basis = Basis::rule;
  prediction.source = "no rule predicts a failure; contract 4; seen: reports/measured/predictions.md";
  prediction.reason = "no rule predicts a failure";
  if (mode.world_size == 1) prediction.reason = "one node becomes Pipeline over MlxRing, whatever is asked for";
  return prediction;
}

exo::Mode tidy(exo::Mode mode) {
  if (mode.world_size <= 1) return {exo::Sharding::pipeline, exo::Comm::mlx_ring, 1};
  return mode;
}

/// What all predictions of one model look at.
struct Asked {
  const ModelFolder& folder;
  const CardFacts& card;
  exo::Generation generation;
  const NodesFacts& nodes;
  std::uint64_t tokens;
  TensorTable tensors{folder.tensors(), folder.config};
  std::string module = engine_module(folder.config.model_type, generation);
  std::optional<Prediction> doubt = folder.shards.empty() ? std::nullopt : weight_doubts(folder, tensors, module);
};

Prediction predict_one(const Asked& asked, const exo::Mode& mode) {
  const Subject subject{asked.folder, asked.folder.config, asked.tensors,    asked.card,
                        asked.nodes,  tidy(mode),          asked.generation, asked.module};
  const std::optional<Prediction> no = first_no(subject);
  Prediction result = no ? *no : asked.doubt ? *asked.doubt : yes_or_unknown(subject);
  result.mode = mode;
  result.memory_per_node = memory_per_node(subject.folder, subject.mode, asked.tokens);
  return result;
}

}  // namespace

Prediction failing(Phase phase, std::string signature, std::string reason, std::string source) {
  Prediction prediction;
  prediction.predicted = Expectation::Kind::fails;
  prediction.basis = Basis::rule;
  prediction.phases = {phase};
  prediction.signature = std::move(signature);
  prediction.reason = std::move(reason);
  prediction.source = std::move(source);
  return prediction;
}

CardFacts card_of(const ModelFolder& folder, const std::string& model_id, exo::Generation generation) {
  const ModelConfig& config = folder.config;
  CardFacts card;
  card.model_id = model_id;
  card.layers = config.layers;
  card.hidden_size = config.hidden_size;
  card.kv_heads = config.kv_heads_stated ? config.kv_heads : 0;
  card.supports_tensor = card_supports_tensor(
      config.text_architectures.empty() ? config.architectures : config.text_architectures, generation);
  card.storage_bytes = folder.bytes_in_headers();
  return card;
}

Prediction predict(const ModelFolder& folder, const CardFacts& card, const exo::Mode& mode, exo::Generation generation,
                   const NodesFacts& nodes, std::uint64_t tokens) {
  return predict_one({folder, card, generation, nodes, tokens}, mode);
}

std::vector<Prediction> predict_all(const ModelFolder& folder, const CardFacts& card, exo::Generation generation,
                                    const NodesFacts& nodes, int most_nodes, std::uint64_t tokens) {
  const Asked asked{folder, card, generation, nodes, tokens};
  std::vector<Prediction> all{predict_one(asked, exo::Mode{})};
  for (const exo::Comm comm : {exo::Comm::mlx_ring, exo::Comm::mlx_jaccl}) {
    for (const exo::Sharding sharding : {exo::Sharding::pipeline, exo::Sharding::tensor}) {
      for (int n = 2; n <= most_nodes; ++n) all.push_back(predict_one(asked, {sharding, comm, n}));
    }
  }
  return all;
}

std::string_view to_string(Basis basis) {
  switch (basis) {
    case Basis::unknown:
      return "unknown";
    case Basis::rule:
      return "by rule";
    case Basis::fixture:
      return "by fixture";
    case Basis::rehearsed:
      return "rehearsed";
  }
  return "unknown";
}

std::string to_string(const Prediction& prediction) {
  std::string text(to_string(prediction.predicted));
  if (prediction.predicted == Expectation::Kind::fails) {
    text += " in " + to_string(prediction.phases);
    if (prediction.wrong_answers) text += " with wrong answers";
    if (!prediction.signature.empty()) text += " (" + prediction.signature + ")";
  }
  return text + ": " + prediction.reason;
}

void PrintTo(const Prediction& prediction, std::ostream* os) {
  *os << exo::to_string(prediction.mode) << " " << to_string(prediction);
}

}  // namespace exo_harness::model

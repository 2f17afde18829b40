#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exo_harness/model/checkpoint/architecture.h"
#include "exo_harness/model/predict/prediction.h"

#include "model/checkpoint/tensor_names.h"

namespace exo_harness::model {

/// All that a rule may look at.
struct Subject {
  const ModelFolder& folder;
  const ModelConfig& config;
  const TensorTable& tensors;
  const CardFacts& card;
  const NodesFacts& nodes;
  exo::Mode mode;
  exo::Generation generation;
  std::string module;  ///< Of mlx-lm; empty: none.
};
inline bool is_tensor(const Subject& s) {
  return s.mode.world_size > 1 && s.mode.sharding == exo::Sharding::tensor;
}

/// Says no with a reason, or does not apply.
using Rule = std::optional<Prediction> (*)(const Subject&);

/// A `fails`. The mode and memory are filled in by the caller.
Prediction failing(Phase phase, std::string signature, std::string reason, std::string source);

/// Rules of the placement: what the master refuses. In Exo's order.
std::vector<Rule> placement_rules();
/// Rules of what mlx-lm's loader and modules ask of config.json; part of load_rules().
std::vector<Rule> config_rules();
/// Rules of loading a model on a rank.
std::vector<Rule> load_rules();
/// Rules of warm-up and answers.
std::vector<Rule> generation_rules();

}  // namespace exo_harness::model

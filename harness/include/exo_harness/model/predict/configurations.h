#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/model/predict/prediction.h"
#include "exo_harness/model/rehearse/rehearsal.h"

namespace exo_harness::model {

/// What somebody published about a model in Exo or mlx-lm.
struct PublicReport {
  Expectation::Kind outcome = Expectation::Kind::unknown;  ///< `works` or `fails`, on one node.
  std::string text;                                        ///< Of `fails`: what was seen.
  std::string source;                                      ///< The address.
};

/// A public model of which config.json is known, and nothing else; or one as mlx-lm would save it.
struct Configuration {
  std::string id, source;  ///< `source`: the address that it is from, with its commit.
  std::string config;      ///< The facts of config.json, as JSON.
  std::optional<PublicReport> report;
  std::string of;       ///< Of one as mlx-lm would save it: the id of the public model; else empty.
  std::string tensors;  ///< Its headers, as parse_tensor_dump reads them; empty: config.json alone.
};

/// What predictions look at: config.json alone, or with headers. It has no path. Fails: as parse_config and
/// parse_tensor_dump.
ModelFolder folder_of(const Configuration& configuration);

/// The card that Exo's own code writes of a config.json when a user adds such a model.
struct RecordedCard {
  std::string error;  ///< Not empty: it writes none.
  bool supports_tensor = false;
  int layers = 0, hidden_size = 0, kv_heads = 0;  ///< 0: it does not say.
};

/// What the engine of one generation said of a configuration.
struct RecordedModel {
  RecordedCard card;
  std::vector<Rehearsal> placements;  ///< One that fails on one node before it is split was not asked for more.
};

/// What was recorded on one generation, by the id of the configuration.
struct RecordedGeneration {
  exo::Generation generation = exo::Generation::unknown;
  std::string day;  ///< `YYYY-MM-DD`.
  EngineVersions engine;
  std::map<std::string, RecordedModel> models;
};

/// Reads fixtures/models/configurations/configurations.jsonl (format: fixtures/README.md), in order.
/// Fails: HarnessError with file, line and what was expected, and for an id that stands twice.
std::vector<Configuration> read_configurations(const std::filesystem::path& file);

/// Reads and writes rehearsed-GENERATION.jsonl beside it. Fails: as above; a file that cannot be written: HarnessError.
RecordedGeneration read_recorded(const std::filesystem::path& file);
void write_recorded(const RecordedGeneration& recorded, const std::filesystem::path& file);

/// Reads what tools/helpers/predictions/exo_cards.py printed, by id. Fails: as above.
std::map<std::string, RecordedCard> read_cards(const std::filesystem::path& file);

}  // namespace exo_harness::model

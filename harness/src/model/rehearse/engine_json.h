#pragma once

#include <nlohmann/json.hpp>

#include "exo_harness/model/rehearse/rehearsal.h"

namespace exo_harness::model {

/// Versions of an engine as documents hold them: `exo`, `mlx`, `mlx_lm`, `python`, `sharding`.
nlohmann::ordered_json engine_json(const EngineVersions& engine);
/// The same read back. Fails: what nlohmann/json throws of a key that is missing or no text.
EngineVersions engine_of_json(const nlohmann::ordered_json& json);

}  // namespace exo_harness::model

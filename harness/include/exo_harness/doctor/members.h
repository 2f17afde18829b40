#pragma once

#include <string>
#include <vector>

#include "exo_harness/doctor/doctor.h"
#include "exo_harness/exo/mode.h"
#include "exo_harness/exo/state.h"
#include "exo_harness/exo/version.h"

namespace exo_harness::doctor {

/// What one node said for itself when it was asked at an address that the user gave.
struct NodeAnswer {
  std::string api, node_id;
  exo::Generation generation = exo::Generation::unknown;
  std::string version;         ///< Of `/ollama/api/version`, a constant of the generation (contract 13); may be empty.
  exo::SeenVersion seen = {};  ///< What its signs come to.
};

/// Do the nodes that were asked speak one version of Exo, are they one cluster, and who else is in it?
/// `nodes`: how many belong to it; 0: not said. A node is called foreign only when each of those was asked.
/// Nothing is bad because it is not known: no endpoint tells Exo's exact version, nor that of MLX or Python.
std::vector<Check> check_members(const exo::State& state, const std::vector<NodeAnswer>& answers, int nodes);

}  // namespace exo_harness::doctor

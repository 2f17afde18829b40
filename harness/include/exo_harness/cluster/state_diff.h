#pragma once

#include <vector>

#include "exo_harness/exo/state.h"
#include "exo_harness/journal/records.h"

namespace exo_harness::cluster {

/// What changed from one sample of `/state` to the next: nodes, edges, instances, runners of current instances,
/// downloads and tasks, in that order; of each of these at most 200, then one change `left out` that says how many
/// more. A RunnerFailed text and the proven mode of an instance stand in `detail`.
std::vector<journal::StateChange> changes_between(const exo::State& before, const exo::State& after);

}  // namespace exo_harness::cluster

#pragma once

#include <set>
#include <string>
#include <vector>

#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/state.h"

namespace exo_harness::cluster {

// Exo names a model in a request, never an instance: of several instances of that model the master takes the one with
// the fewest tasks, the oldest of these (v1.0.71 counts all tasks that an instance ever had and that are still listed,
// main those in flight). So what is said of a placement holds only while no other instance of its model is there.

/// Instances of the model that are not among `ours`, by id.
std::vector<exo::Instance> foreign_instances(const exo::State& state, const std::string& model_id,
                                             const std::set<std::string>& ours);

/// `instance 5f0c1c2d of org/name (Tensor/MlxRing/2, nodes …)`, for people.
std::string describe(const exo::Instance& instance);
/// The same of several.
std::string describe(const std::vector<exo::Instance>& instances);

/// Why nothing is tested beside `foreign` (at least one): `unfit`, with what was seen, why it matters, what to do.
Failure why_not_beside(const std::vector<exo::Instance>& foreign);
/// What to do about them.
std::string what_to_do_about(const std::vector<exo::Instance>& foreign);

}  // namespace exo_harness::cluster

#pragma once

#include <string>
#include <vector>

#include "json/json.h"

namespace exo_harness::fake {

/// Where `got` differs from `recorded` in what a client may rely on: keys and their order at every level, kinds of
/// values, and the exact value of what is neither an id nor a number nor a text of the model. Maps keyed by ids are
/// compared by their entries' tags. Empty: none.
std::vector<std::string> differences(const Json& recorded, const Json& got);

}  // namespace exo_harness::fake

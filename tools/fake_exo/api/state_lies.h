#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/json.h"
#include "world/faults.h"
#include "world/state.h"

namespace exo_harness::fake {

/// Every `about=` of a lie about the state.
const std::vector<std::string>& known_state_lies();

/// The answer of `/state` with what is not true of it, as a proxy before a true node would change it; nothing where no
/// lie is set.
std::optional<Json> with_state_lies(const State& state, Faults& faults);

/// The previews with what is not true of them.
Json with_preview_lies(Json previews, Faults& faults);

}  // namespace exo_harness::fake

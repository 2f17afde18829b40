#pragma once

#include "json/json.h"
#include "world/faults.h"

namespace exo_harness::fake {

/// The body of a chat request as an Exo reads it that no longer does what findings say: fault `mended:what=…`. What
/// Exo would have ignored becomes something that it keeps.
Json as_mended(Json body, Faults& faults);

}  // namespace exo_harness::fake

#pragma once

#include <vector>

#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/chat.h"

namespace exo_harness::oracle {

/// Whether an answer calls tools as they were offered: at least one, each of a name that was offered with arguments
/// that fit it, with ids that differ, and with the finish reason `tool_calls`. Fails: `mismatch`, or `malformed`.
Outcome<Done> calls_as_offered(const exo::ChatAnswer& answer, const std::vector<exo::Tool>& tools);

/// Whether a stream calls what the whole answer calls: as many, in the same order, with the same arguments and finish
/// reason. Ids are new each time. Fails: `mismatch` with the first call that differs.
Outcome<Done> calls_the_same(const exo::ChatAnswer& whole, const exo::ChatStream& stream);

}  // namespace exo_harness::oracle

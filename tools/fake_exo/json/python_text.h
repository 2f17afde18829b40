#pragma once

#include <string>

#include "json/json.h"

namespace exo_harness::fake {

/// `value` as Exo's log shows it: `PlaceInstance(command_id='…' min_nodes=1 …)`.
std::string python_call(const std::string& name, const Json& fields);
std::string python_text(const Json& value);

}  // namespace exo_harness::fake

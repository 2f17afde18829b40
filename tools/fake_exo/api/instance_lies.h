#pragma once

#include <map>
#include <string>

#include "json/json.h"

namespace exo_harness::fake {

/// The id of a node that is nowhere.
inline constexpr const char* kNobody = "00000000-0000-4000-8000-000000000000";

/// Puts the first runner of an instance on a node that is nowhere.
void put_on_nobody(Json& instance);

/// What changes the document of `/state` into a lie, by the name of the lie.
using StateChanges = std::map<std::string, void (*)(Json& state)>;

/// Lies about instances: their ranks, layers, nodes and means.
const StateChanges& instance_changes();

}  // namespace exo_harness::fake

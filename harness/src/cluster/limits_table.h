#pragma once

#include <toml++/toml.h>

#include "exo_harness/cluster/spec.h"

namespace exo_harness::cluster {

/// The limits by name, in milliseconds.
toml::table limits_to_table(const PhaseLimits& limits);

/// Sets the limits that `table` names. Unknown names are ignored.
void read_limits(const toml::table& table, PhaseLimits& limits);

}  // namespace exo_harness::cluster

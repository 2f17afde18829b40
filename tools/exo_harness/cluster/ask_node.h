#pragma once

#include <string>

#include "exo_harness/doctor/members.h"
#include "exo_harness/exo/client.h"

namespace exo_harness::tools {

/// What the node at `api` says for itself, 5 seconds for each question at most. What it does not say stays empty.
doctor::NodeAnswer ask_node(exo::Client& client, const std::string& api, Deadline deadline);

}  // namespace exo_harness::tools

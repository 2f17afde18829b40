#pragma once

#include <string>

namespace exo_harness::cluster {

/// Whether the host of a base URL is an address of this machine. A tunnel to another machine looks so, too.
bool is_on_this_machine(const std::string& url);

}  // namespace exo_harness::cluster

#pragma once

#include <string>
#include <utility>

namespace exo_harness::cluster {

/// Whether that address belongs to this machine.
bool is_local_address(const std::string& host);

/// Host and port of a base URL; port 80 when it names none.
std::pair<std::string, int> host_and_port(const std::string& url);

}  // namespace exo_harness::cluster

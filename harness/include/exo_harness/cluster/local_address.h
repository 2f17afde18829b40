#pragma once

#include <string>

namespace exo_harness::cluster {

/// Whether the host of a base URL (`http://HOST:PORT/…`) is this machine: one of its addresses can be bound here. False
/// for a host that has no address. A tunnel to another machine looks like this one.
bool is_on_this_machine(const std::string& url);

}  // namespace exo_harness::cluster

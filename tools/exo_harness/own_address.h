#pragma once

#include <string>

namespace exo_harness::tools {

/// Whether the host of `url` (`http://HOST:PORT/…`) is this machine: one of its addresses can be bound here. False for
/// a host that has no address. A tunnel to another machine looks like this one.
bool is_own_address(const std::string& url);

}  // namespace exo_harness::tools

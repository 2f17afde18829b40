#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace exo_harness::tools {

/// Where the nodes of an embedded fake cluster listen.
struct FakeAddress {
  std::uint16_t port = 0;         ///< Linux: of all nodes, on 127.0.0.11, .12 …
  std::vector<std::string> apis;  ///< Of the first node; the others are learnt from it.
};

/// A port that no node of a cluster of that size finds taken. Fails: EnvironmentError when there is none.
FakeAddress free_fake_address(int nodes);

}  // namespace exo_harness::tools

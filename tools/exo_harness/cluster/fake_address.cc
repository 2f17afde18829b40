#include "cluster/fake_address.h"

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/process/bound_port.h"

namespace exo_harness::tools {
namespace {

#ifdef __APPLE__
constexpr bool kOneAddressANode = false;  // Only 127.0.0.1 is there; the nodes take ports one after the other.
#else
constexpr bool kOneAddressANode = true;
#endif
constexpr int kTries = 50;

std::string host_of(int node) {
  return kOneAddressANode ? format("127.0.0.{}", 11 + node) : "127.0.0.1";
}

bool all_free(int nodes, std::uint16_t first) {
  for (int node = 1; node < nodes; ++node) {
    const auto port = static_cast<std::uint16_t>(kOneAddressANode ? first : first + node);
    if (process::bind_port(host_of(node), port).port == 0) return false;
  }
  return true;
}

}  // namespace

FakeAddress free_fake_address(int nodes) {
  for (int i = 0; i < kTries; ++i) {
    const auto port = static_cast<std::uint16_t>(process::bind_port(host_of(0), 0).port);
    if (port != 0 && all_free(nodes, port)) return {port, {format("http://{}:{}", host_of(0), port)}};
  }
  throw EnvironmentError(format("no port is free on {} loopback addresses", nodes), "end what listens there");
}

}  // namespace exo_harness::tools

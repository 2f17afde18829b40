#include "cluster/fake_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

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

// The port that was bound, 0 when it is taken. `port` 0: any.
std::uint16_t bound_port(const std::string& host, std::uint16_t port) {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return 0;
  socklen_t size = sizeof address;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

bool all_free(int nodes, std::uint16_t first) {
  for (int node = 1; node < nodes; ++node) {
    const auto port = static_cast<std::uint16_t>(kOneAddressANode ? first : first + node);
    if (bound_port(host_of(node), port) == 0) return false;
  }
  return true;
}

}  // namespace

FakeAddress free_fake_address(int nodes) {
  for (int i = 0; i < kTries; ++i) {
    const std::uint16_t port = bound_port(host_of(0), 0);
    if (port != 0 && all_free(nodes, port)) return {port, {format("http://{}:{}", host_of(0), port)}};
  }
  throw EnvironmentError(format("no port is free on {} loopback addresses", nodes), "end what listens there");
}

}  // namespace exo_harness::tools

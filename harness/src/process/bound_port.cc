#include "exo_harness/process/bound_port.h"

#include <cerrno>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace exo_harness::process {

BoundPort bind_port(const std::string& address, int port, int type, Reuse reuse) {
  const bool is_six = address.find(':') != std::string::npos;
  sockaddr_storage storage{};
  auto* four = reinterpret_cast<sockaddr_in*>(&storage);
  auto* six = reinterpret_cast<sockaddr_in6*>(&storage);
  storage.ss_family = static_cast<sa_family_t>(is_six ? AF_INET6 : AF_INET);
  (is_six ? six->sin6_port : four->sin_port) = htons(static_cast<std::uint16_t>(port));
  void* host = is_six ? static_cast<void*>(&six->sin6_addr) : &four->sin_addr;
  BoundPort bound{UniqueFd(::socket(storage.ss_family, type, 0)), 0, 0};
  if (!bound.socket || ::inet_pton(storage.ss_family, address.c_str(), host) != 1) return {UniqueFd(), 0, errno};
  const int yes = 1;
  if (reuse == Reuse::closed_connections) ::setsockopt(bound.socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  auto* any = reinterpret_cast<sockaddr*>(&storage);
  socklen_t size = is_six ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  if (::bind(bound.socket.get(), any, size) != 0 || ::getsockname(bound.socket.get(), any, &size) != 0) {
    bound.error = errno;
    return bound;
  }
  bound.port = ntohs(is_six ? six->sin6_port : four->sin_port);
  return bound;
}

}  // namespace exo_harness::process

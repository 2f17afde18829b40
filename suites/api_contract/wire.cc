#include "wire.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::suites {
namespace {

constexpr std::string_view kScheme = "http://";

#ifdef MSG_NOSIGNAL
constexpr int kNoSignal = MSG_NOSIGNAL;
#else
constexpr int kNoSignal = 0;
#endif

/// Connected, or connecting; -1: no such address.
int open_socket(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return -1;
  const int socket = ::socket(found->ai_family, SOCK_STREAM, 0);
  if (socket >= 0) {
    ::fcntl(socket, F_SETFD, FD_CLOEXEC);
    ::fcntl(socket, F_SETFL, O_NONBLOCK);
#ifdef SO_NOSIGPIPE
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    ::connect(socket, found->ai_addr, found->ai_addrlen);
  }
  ::freeaddrinfo(found);
  return socket;
}

int error_of(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

}  // namespace

Outcome<Wire> Wire::connect(const std::string& base_url, Deadline deadline) {
  std::string_view address = base_url;
  if (address.rfind(kScheme, 0) == 0) address.remove_prefix(kScheme.size());
  address = address.substr(0, address.find('/'));
  const auto colon = address.rfind(':');
  const std::string port(colon == std::string_view::npos ? "80" : address.substr(colon + 1));
  Wire wire(open_socket(std::string(address.substr(0, colon)), port));
  const bool connected = wire.socket_ >= 0 && wire.wait_for(POLLOUT, deadline) && error_of(wire.socket_) == 0;
  if (connected) return wire;
  return Failure{FailureKind::unreachable, format("no connection to {}", base_url), ""};
}

Wire::Wire(Wire&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

Wire::~Wire() {
  if (socket_ >= 0) ::close(socket_);
}

bool Wire::wait_for(short events, Deadline deadline) const {
  pollfd wanted{socket_, events, 0};
  return ::poll(&wanted, 1, static_cast<int>(deadline.remaining().count())) == 1;
}

std::size_t Wire::send(std::string_view bytes, Deadline deadline) {
  std::size_t sent = 0;
  while (sent < bytes.size() && wait_for(POLLOUT, deadline)) {
    const ssize_t size = ::send(socket_, bytes.data() + sent, bytes.size() - sent, kNoSignal);
    if (size < 0 && errno != EAGAIN && errno != EINTR) break;
    if (size > 0) sent += static_cast<std::size_t>(size);
  }
  return sent;
}

std::string Wire::receive(Deadline deadline, std::string_view enough) {
  std::string all;
  char buffer[16384];
  while (wait_for(POLLIN, deadline)) {
    const ssize_t size = ::recv(socket_, buffer, sizeof buffer, 0);
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) break;
    if (size > 0) all.append(buffer, static_cast<std::size_t>(size));
    if (!enough.empty() && contains(all, enough)) break;
  }
  return all;
}

void Wire::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(socket_, -1));
}

}  // namespace exo_harness::suites

#include "scripted_server.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/outcome.h"
#include "exo_harness/core/text.h"

namespace exo_harness::http {

namespace {

#ifdef MSG_NOSIGNAL
constexpr int kSendFlags = MSG_NOSIGNAL;
#else
constexpr int kSendFlags = 0;
#endif

int listen_somewhere(int& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd, 128) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    abort_for_bug("no port for a test server", __FILE__, __LINE__);
  }
  port = ntohs(address.sin_port);
  return fd;
}

std::size_t content_length(std::string_view head) {
  const std::string lower = to_lower(head);
  const std::size_t at = lower.find("content-length:");
  if (at == lower.npos) return 0;
  const std::string_view value = trim(std::string_view(lower).substr(at + 15, lower.find('\r', at) - at - 15));
  std::size_t length = 0;
  std::from_chars(value.data(), value.data() + value.size(), length);
  return length;
}

}  // namespace

std::string Connection::read_request() {
  while (true) {
    const std::size_t end = read_.find("\r\n\r\n");
    if (end != read_.npos) {
      const std::size_t size = end + 4 + content_length(std::string_view(read_).substr(0, end + 2));
      if (read_.size() >= size) {
        std::string request = read_.substr(0, size);
        read_.erase(0, size);
        return request;
      }
    }
    char buffer[16384];
    const ssize_t n = ::recv(fd_, buffer, sizeof(buffer), 0);
    if (n <= 0) return "";
    read_.append(buffer, static_cast<std::size_t>(n));
  }
}

void Connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), kSendFlags);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void Connection::reply(std::string_view body, std::string_view type, int status) {
  send(format("HTTP/1.1 {} Status\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}", status, type, body.size(),
              body));
}

void Connection::begin_chunked(std::string_view type) {
  send(format("HTTP/1.1 200 OK\r\nContent-Type: {}\r\nTransfer-Encoding: chunked\r\n\r\n", type));
}

void Connection::chunk(std::string_view bytes) {
  send(format("{:x}\r\n{}\r\n", bytes.size(), bytes));
}

void Connection::reset() {
  const linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

bool Connection::closed_by_client(Deadline deadline) {
  return wait_until(deadline, milliseconds(0), [&] {
    pollfd poll{fd_, POLLIN, 0};
    if (::poll(&poll, 1, deadline.expired() ? 0 : 5) <= 0) return false;
    char byte = 0;
    return ::recv(fd_, &byte, 1, MSG_PEEK) <= 0;
  });
}

struct ScriptedServer::Impl {
  explicit Impl(Handler h)
      : handler(std::move(h)), listener(listen_somewhere(port)), acceptor([this] { accept_all(); }) {}

  ~Impl() {
    stopping = true;
    ::shutdown(listener, SHUT_RDWR);
    wake();
    acceptor.join();
    {
      const std::lock_guard lock(mutex);
      for (const int fd : open) ::shutdown(fd, SHUT_RDWR);
    }
    for (std::thread& t : threads) t.join();
    ::close(listener);
  }

  /// macOS does not wake accept() by shutdown(): a connection does.
  void wake() const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    (void)::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    ::close(fd);
  }

  void accept_all() {
    while (!stopping) {
      const int fd = ::accept(listener, nullptr, nullptr);
      if (fd < 0 || stopping) {
        if (fd >= 0) ::close(fd);
        continue;
      }
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      const std::lock_guard lock(mutex);
      ++count;
      open.insert(fd);
      threads.emplace_back([this, fd] { serve(fd); });
    }
  }

  void serve(int fd) {
    Connection connection(fd);
    handler(connection);
    const std::lock_guard lock(mutex);
    open.erase(fd);
    ::close(fd);
  }

  const Handler handler;
  int port = 0;
  std::atomic<bool> stopping{false};
  std::atomic<int> count{0};
  std::mutex mutex;
  std::set<int> open;
  std::vector<std::thread> threads;
  const int listener;
  std::thread acceptor;
};

ScriptedServer::ScriptedServer(Handler handler) : impl_(std::make_unique<Impl>(std::move(handler))) {}
ScriptedServer::~ScriptedServer() = default;

std::string ScriptedServer::url(std::string_view path) const {
  return format("http://127.0.0.1:{}{}", impl_->port, path);
}

int ScriptedServer::connections() const {
  return impl_->count;
}

int closed_port() {
  int port = 0;
  ::close(listen_somewhere(port));
  return port;
}

FullQueue::FullQueue() {
  constexpr int kMoreThanFit = 8;
  sockets_.push_back(listen_somewhere(port_));
  ::listen(sockets_.front(), 0);
  for (int i = 0; i < kMoreThanFit; ++i) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    sockets_.push_back(::socket(AF_INET, SOCK_STREAM, 0));
    ::fcntl(sockets_.back(), F_SETFL, O_NONBLOCK);
    (void)::connect(sockets_.back(), reinterpret_cast<sockaddr*>(&address), sizeof(address));
  }
}

FullQueue::~FullQueue() {
  for (const int socket : sockets_) ::close(socket);
}

std::string FullQueue::url() const {
  return format("http://127.0.0.1:{}", port_);
}

}  // namespace exo_harness::http

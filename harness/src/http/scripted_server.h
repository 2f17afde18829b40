#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/deadline.h"

namespace exo_harness::http {

/// For what takes no time unless it never comes.
inline Deadline soon() {
  return Deadline::after(std::chrono::seconds(5));
}

/// The server's side of one connection, for tests. Every call gives up when the server stops.
class Connection {
 public:
  explicit Connection(int fd) : fd_(fd) {}

  /// Head and body of the next request; empty when the client closed first.
  std::string read_request();
  void send(std::string_view bytes);
  /// A whole answer with its length.
  void reply(std::string_view body, std::string_view type = "application/json", int status = 200);
  /// The head of a chunked answer; then `chunk`s, then `last_chunk`.
  void begin_chunked(std::string_view type = "text/event-stream");
  void chunk(std::string_view bytes);
  void last_chunk() { send("0\r\n\r\n"); }
  /// Closes with RST.
  void reset();
  /// Whether the client closed its side before the deadline.
  bool closed_by_client(Deadline deadline);

 private:
  int fd_;
  std::string read_;
};

/// A server on a free port of 127.0.0.1 whose answers a test writes itself. Each connection runs `handler` on its own
/// thread and is closed when that returns.
class ScriptedServer {
 public:
  using Handler = std::function<void(Connection&)>;
  explicit ScriptedServer(Handler handler);
  ~ScriptedServer();

  std::string url(std::string_view path = "") const;
  int connections() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A port of 127.0.0.1 on which nothing listens.
int closed_port();

/// An address where no connection comes about: a listener that takes none and whose queue is full.
class FullQueue {
 public:
  FullQueue();
  ~FullQueue();
  FullQueue(const FullQueue&) = delete;
  FullQueue& operator=(const FullQueue&) = delete;
  std::string url() const;

 private:
  int port_ = 0;
  std::vector<int> sockets_;
};

}  // namespace exo_harness::http

#pragma once

#include <string>
#include <string_view>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/outcome.h"

namespace exo_harness::suites {

/// A TCP connection that sends whatever it is told to, for requests that no client library would send.
///
/// Every call keeps its deadline. A peer that hangs up is no failure: it may do so, and then nothing more is sent.
/// Threads: one at a time.
class Wire {
 public:
  /// Connects to `http://HOST:PORT`. Fails: unreachable.
  static Outcome<Wire> connect(const std::string& base_url, Deadline deadline);
  Wire(Wire&& other) noexcept;
  Wire& operator=(Wire&&) = delete;
  ~Wire();

  /// Sends all of it, or as much as the peer takes before the deadline or before it hangs up. Returns how much.
  std::size_t send(std::string_view bytes, Deadline deadline);
  /// What comes until the peer hangs up, until `enough` is in it, or until the deadline.
  std::string receive(Deadline deadline, std::string_view enough = "");
  /// Closes with a reset: what was not read is thrown away, as when a client is killed.
  void reset();

 private:
  explicit Wire(int socket) : socket_(socket) {}
  bool wait_for(short events, Deadline deadline) const;
  int socket_;
};

}  // namespace exo_harness::suites

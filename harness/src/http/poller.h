#pragma once

#include <cstdint>
#include <vector>

namespace exo_harness::http {

/// Waits for many sockets and for a point in time: epoll on Linux, kqueue on macOS. Threads: one at a time.
class Poller {
 public:
  struct Ready {
    int fd;
    bool readable, writable;  ///< Both, when the socket has an error: whoever reads or writes it learns which.
  };

  /// Fails: HarnessError when the system gives no descriptor.
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  /// Waits for that socket from now on, for that alone.
  void watch(int fd, bool read, bool write);
  void forget(int fd);
  /// Waits until a socket is ready or the monotonic clock is at `until_ns`. The result lives until the next call.
  const std::vector<Ready>& wait(std::int64_t until_ns);

 private:
  int queue_ = -1;
  // Of epoll; kqueue has its own timer. `timer_at_ns_`: for which it is set; -1: for none.
  [[maybe_unused]] int timer_ = -1;
  [[maybe_unused]] std::int64_t timer_at_ns_ = -1;
  std::vector<Ready> ready_;
};

}  // namespace exo_harness::http

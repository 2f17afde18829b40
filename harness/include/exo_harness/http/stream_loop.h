#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "exo_harness/core/deadline.h"
#include "exo_harness/http/client.h"

namespace exo_harness::http {

/// Gets what becomes of one stream, on the thread of the loop. `ended` comes last, once, whatever happens.
class StreamListener {
 public:
  virtual ~StreamListener() = default;
  /// Bytes of a 2xx body, with the monotonic time at which libcurl handed them over.
  virtual Continue take(std::string_view bytes, std::int64_t at_ns) = 0;
  /// Until when the stream may stay as silent as it is: asked four times a second. When it is over, the exchange ends
  /// as `stalled`.
  virtual Deadline inactivity_limit() = 0;
  /// It is over: what `Client::transfer` would have given. May open other streams.
  virtual void ended(Transfer transfer) = 0;
};

/// Performs many HTTP exchanges at once on one thread: libcurl's `multi_socket_action` over epoll or kqueue, so that a
/// turn costs what arrived, not how many streams there are.
///
/// Each exchange has a connection of its own, closed at its end, and fails as those of `Client` do, but has no
/// deadline: see `StreamListener::inactivity_limit`. A stream takes about 15 KB. Threads: one at a time. Fails:
/// HarnessError when libcurl or the system gives no handle; what a listener throws comes out of `turn`.
class StreamLoop {
 public:
  struct Options {
    Client::Limits limits{64u << 20, 256u << 10, 256u << 10, milliseconds(5000)};
    /// How long after waking a write callback began: the error bar of every time that `take` gets.
    std::function<void(std::int64_t late_ns)> on_callback;
    /// How late a timer of 10 ms came: whether this thread has the processor when it needs it.
    std::function<void(std::int64_t late_ns)> on_timer;
  };
  StreamLoop() : StreamLoop(Options()) {}
  explicit StreamLoop(Options options);
  ~StreamLoop();
  StreamLoop(const StreamLoop&) = delete;
  StreamLoop& operator=(const StreamLoop&) = delete;

  /// Sends a request. `listener` must live until it `ended`. Fails: UsageError for a URL that is none.
  void open(Request request, StreamListener& listener);
  std::size_t open_streams() const;
  /// Waits until something arrives, or the monotonic clock is at `until_ns`, and handles what there is.
  void turn(std::int64_t until_ns);
  /// Closes all streams at once; each listener learns that it ended, as `closed_early`.
  void close_all();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace exo_harness::http

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/outcome.h"

namespace exo_harness::http {

using Headers = std::vector<std::pair<std::string, std::string>>;  ///< In order and case of the wire.

struct Request {
  std::string method = "GET";
  std::string url;
  std::string body;  ///< Sent as it is; `content-type: application/json` when not empty and no header says otherwise.
  Headers headers;
};

/// Times of one exchange on the monotonic clock.
struct Timing {
  std::int64_t sent_ns = 0;     ///< Handed to libcurl.
  std::int64_t headers_ns = 0;  ///< Last header line arrived; 0: never. On Exo this says nothing about the answer.
  std::int64_t end_ns = 0;
};

struct Reply {
  int status = 0;
  Headers headers;
  std::string body;  ///< Empty for a stream: the bytes went to the sink.
  std::uint64_t body_bytes = 0;
  Timing timing;

  /// The value of the first header of that name, any case; empty when there is none.
  std::string_view header(std::string_view name) const;
};

/// What a sink wants next.
enum class Continue { yes, no };

/// Gets the bytes of a body as they arrive, with the monotonic time of their arrival.
using Sink = std::function<Continue(std::string_view bytes, std::int64_t at_ns)>;

/// Performs HTTP/1.1 exchanges through libcurl.
///
/// An exchange that reached a server is a value whatever its status. Fails: `unreachable` (refused, no route, no such
/// name), `timed_out` (deadline), `truncated` (connection lost before the end of the body; what came is in `evidence`),
/// `malformed` (not HTTP, or a body over `Limits::body_bytes`).
/// Threads: any number may use one Client; each exchange runs on its caller's thread.
class Client {
 public:
  struct Limits {
    std::uint64_t body_bytes = 64u << 20;
    milliseconds connect{2000};
  };
  Client();
  explicit Client(Limits limits);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Outcome<Reply> perform(const Request& request, Deadline deadline);

  /// As `perform`, but bytes of a 2xx body go to `sink` as they come. When the sink says `no` the connection is closed
  /// at once (Exo then cancels the generation) and the reply so far is the value.
  Outcome<Reply> stream(const Request& request, Deadline deadline, const Sink& sink);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace exo_harness::http

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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
  std::uint64_t most_kept = 0;  ///< Longest body of the answer that is kept in the reply; 0: `Limits::kept_bytes`.
};

/// Times of one exchange on the monotonic clock.
struct Timing {
  std::int64_t sent_ns = 0;        ///< Handed to libcurl.
  std::int64_t headers_ns = 0;     ///< Last header line arrived; 0: never. On Exo this says nothing about the answer.
  std::int64_t first_byte_ns = 0;  ///< First byte of the body arrived; 0: never.
  std::int64_t end_ns = 0;
  std::int64_t connect_us =
      0;  ///< Name look-up and TCP connect; 0: a kept connection was used. Above 900 ms a SYN was lost.
};

struct Reply {
  int status = 0;  ///< 0: no status line came.
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

/// Until when to wait for more bytes; asked again after each arrival and when that time has come. When it is over the
/// connection is closed and the exchange fails as `stalled`.
using InactivityLimit = std::function<Deadline()>;

/// One exchange as it went: everything that came, also when it failed.
struct Transfer {
  Reply reply;
  std::optional<Failure> failure;
  bool closed_early = false;              ///< The sink said no.
  std::shared_ptr<const void> long_body;  ///< Not null: the body is long, and while this lives no other such is read.
};

/// Performs HTTP/1.1 exchanges through libcurl: no proxies, no redirects, no compression, http and https only.
///
/// An exchange that reached a server is a value whatever its status. Fails: `unreachable` (refused, no route, no such
/// name, no connection within `Limits::connect` or until the deadline), `timed_out` (deadline, kept within 50 ms),
/// `truncated` (lost before the end of the body; `evidence`: what came), `malformed` (not HTTP, or beyond `Limits`).
/// A URL that is none throws UsageError.
/// GET and HEAD reuse kept connections; everything else opens its own, because libcurl silently repeats a request whose
/// kept connection died, and a placement must not be sent twice.
/// Of kept bodies over 1 MiB one at a time is read in a process, up to the end of its Transfer; the others wait,
/// unread. Threads: any number may use one Client; each exchange runs on its caller's thread.
class Client {
 public:
  struct Limits {
    std::uint64_t body_bytes = 64u << 20;  ///< Of a body that goes to a sink.
    std::uint64_t kept_bytes = 8u << 20;   ///< Of a body that is kept in the reply.
    std::uint64_t header_bytes = 256u << 10;
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

  /// Both of them with all that was seen. Without a sink the body is kept in the reply.
  Transfer transfer(const Request& request, Deadline deadline, const Sink& sink = {},
                    const InactivityLimit& inactivity = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace exo_harness::http

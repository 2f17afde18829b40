#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "exo_harness/core/clock.h"
#include "exo_harness/exo/chat.h"
#include "exo_harness/http/stream_loop.h"

namespace exo_harness::exo {

/// The request of a streamed chat to the API at `base_url`. `bench`: to the endpoint that bans the end token and has no
/// prefix cache; v1.0.71 does not stream there (contract 8).
http::Request streamed_chat(const std::string& base_url, const ChatRequest& request, bool bench = false);

/// Follows one streamed chat among many of a StreamLoop: what `Client::stream_chat` does on a thread of its own, with
/// the same failures. `StreamTrace::deltas` stays empty. Threads: that of the loop.
class ChatFollower : public http::StreamListener {
 public:
  struct Silence {
    milliseconds byte{25000};   ///< As `Client::Options::byte_silence`.
    milliseconds token{60000};  ///< As `Client::Options::token_silence`.
  };
  struct End {
    ChatStream seen;                 ///< Also of a failed one: what came until then.
    std::optional<Failure> failure;  ///< None: the stream is whole.
    http::Timing timing;
    bool closed_early = false;  ///< By this side, before its end.
  };
  using OnEnd = std::function<void(End end)>;

  ChatFollower(Silence silence, OnEnd on_end);
  ~ChatFollower() override;

  /// Sends the request. The follower must live until `on_end` has returned.
  void send(http::StreamLoop& loop, http::Request request);

  http::Continue take(std::string_view bytes, std::int64_t at_ns) override;
  Deadline inactivity_limit() override;
  void ended(http::Transfer transfer) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace exo_harness::exo

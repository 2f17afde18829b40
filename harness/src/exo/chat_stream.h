#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "exo_harness/core/deadline.h"
#include "exo_harness/exo/chat.h"
#include "exo_harness/http/client.h"
#include "exo_harness/http/sse.h"

#include "plain_frame.h"

namespace exo_harness::exo {

/// Makes an answer of the bytes of a chat stream, and watches that it goes on.
class ChatStreamReader {
 public:
  using OnToken = std::function<http::Continue(const StreamTrace&)>;
  struct Silence {
    milliseconds byte, token;
  };
  /// `keeps_deltas`: `StreamTrace::deltas` is wanted; without them it is one of many, and keeps little evidence, too.
  /// `on_token` must live as long.
  ChatStreamReader(Silence silence, const OnToken& on_token, bool keeps_deltas = true);

  http::Continue feed(std::string_view bytes, std::int64_t at_ns);
  /// Until when the stream may stay as silent as it is.
  Deadline inactivity_limit() const;
  /// What the stream came to; call once, after the transfer. `seen` may be null; it gets what came in any case.
  Outcome<ChatStream> finish(const http::Transfer& transfer, ChatStream* seen);
  /// Whether what was in it is wrong.
  bool has_failed() const { return failure_.has_value(); }
  /// How many came so far.
  int token_events() const { return static_cast<int>(stream_.trace.token_ns.size()); }

 private:
  http::Continue take(const http::SseEvent& event);
  void take_comment(const http::SseEvent& event);
  void take_progress(std::string_view json, std::int64_t at_ns);
  http::Continue take_message(const http::SseEvent& event);
  http::Continue take_frame(const http::SseEvent& event);
  http::Continue take_plain(std::int64_t at_ns);
  http::Continue take_piece(ChatAnswer piece, bool has_choice, std::int64_t at_ns);
  http::Continue take_token(const std::string& content, const std::string& reasoning, std::int64_t at_ns);
  bool keep(std::size_t bytes);
  http::Continue fail(Failure failure);
  std::optional<Failure> verdict(const http::Transfer& transfer) const;
  Failure stalled() const;
  Failure incomplete(FailureKind kind, const std::string& what) const;
  std::string progress() const;

  const Silence silence_;
  const OnToken& on_token_;
  const bool keeps_deltas_;
  http::SseParser parser_;
  ChatStream stream_;
  std::optional<Failure> failure_;
  bool ended_by_caller_ = false;
  std::size_t kept_bytes_ = 0;
  Clock::time_point last_byte_, last_progress_;
  PlainFrame plain_;  // Of the last frame, for its memory.
  std::string tail_;  // The last frames: evidence.
};

}  // namespace exo_harness::exo

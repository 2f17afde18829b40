#include "exo_harness/exo/chat_follower.h"

#include "chat_stream.h"
#include "parse.h"
#include "refusal.h"

namespace exo_harness::exo {

namespace {

const ChatStreamReader::OnToken kNobody;

}  // namespace

http::Request streamed_chat(const std::string& base_url, const ChatRequest& request, bool bench) {
  const char* path = bench ? "/bench/chat/completions" : "/v1/chat/completions";
  return {"POST", without_slash(base_url) + path, write_chat(request, true), {}};
}

struct ChatFollower::Impl {
  Impl(Silence silence, OnEnd end) : on_end(std::move(end)), reader({silence.byte, silence.token}, kNobody, false) {}

  const OnEnd on_end;
  http::Request subject;  // Without its body.
  ChatStreamReader reader;
};

ChatFollower::ChatFollower(Silence silence, OnEnd on_end) : impl_(std::make_unique<Impl>(silence, std::move(on_end))) {}
ChatFollower::~ChatFollower() = default;

void ChatFollower::send(http::StreamLoop& loop, http::Request request) {
  impl_->subject = {request.method, request.url, "", {}};
  loop.open(std::move(request), *this);
}

http::Continue ChatFollower::take(std::string_view bytes, std::int64_t at_ns) {
  return impl_->reader.feed(bytes, at_ns);
}

Deadline ChatFollower::inactivity_limit() {
  return impl_->reader.inactivity_limit();
}

void ChatFollower::ended(http::Transfer transfer) {
  End end;
  const Outcome<ChatStream> outcome = judge_stream(impl_->subject, transfer, impl_->reader, &end.seen);
  if (!outcome.ok()) end.failure = outcome.failure();
  end.timing = transfer.reply.timing;
  end.closed_early = transfer.closed_early && !impl_->reader.has_failed();
  impl_->on_end(std::move(end));
}

}  // namespace exo_harness::exo

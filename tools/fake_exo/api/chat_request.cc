#include "api/chat_request.h"

namespace exo_harness::fake {

ChatRequest::ChatRequest(Api& api, std::shared_ptr<Exchange> exchange, std::unique_ptr<ChatWriter> writer)
    : api_(api), exchange_(std::move(exchange)), writer_(std::move(writer)), timer_(api.context().io) {
  Faults& faults = api_.context().faults;
  if (writer_->is_stream())
    for (const char* name : {"error-in-stream", "cut-stream", "end-stream", "keep-alive-forever", "lost-frames"})
      if (!fault_) fault_ = faults.take(name);
  if (!writer_->is_stream())
    for (const char* name : {"empty-body", "keep-alive-forever"})
      if (!fault_) fault_ = faults.take(name);
}

void ChatRequest::start(const Json& task_params, const std::function<void(const std::string&)>& identify) {
  const auto self = shared_from_this();
  command_ = api_.generate(task_params, self);
  identify(command_);
  writer_->begin(*exchange_);
  exchange_->on_gone([self] {
    if (self->over_) return;
    self->over_ = true;
    self->timer_.cancel();
    self->api_.cancel(self->command_);
  });
  if (writer_->is_stream()) keep_alive();
}

void ChatRequest::keep_alive() {
  const auto pause = api_.context().options.scaled(10, std::chrono::milliseconds(1000));
  timer_.expires_at(last_frame_ + pause);
  timer_.async_wait([self = shared_from_this(), pause](boost::system::error_code error) {
    if (error || self->over_) return;
    if (std::chrono::steady_clock::now() - self->last_frame_ >= pause) {
      self->exchange_->write(": keep-alive\n\n");
      self->last_frame_ = std::chrono::steady_clock::now();
    }
    self->keep_alive();
  });
}

/// Whether an injected fault takes the place of this token.
bool ChatRequest::injected() {
  if (!fault_ || fault_->name == "lost-frames") return false;
  if (fault_->name == "keep-alive-forever") return true;
  if (fault_->name == "empty-body") {
    exchange_->finish();
    end(true);
    return true;
  }
  if (tokens_ < static_cast<int>(fault_->number("after", fault_->name == "error-in-stream" ? 0 : 2))) return false;
  if (fault_->name == "error-in-stream")
    writer_->failed(*exchange_, fault_->arg("text", "injected error"));
  else if (fault_->name == "cut-stream")
    exchange_->abort();
  else
    exchange_->finish();
  end(true);
  return true;
}

bool ChatRequest::is_lost() const {
  return fault_ && fault_->name == "lost-frames" && tokens_ % static_cast<int>(fault_->number("every", 5)) == 0;
}

void ChatRequest::end(bool tell) {
  if (std::exchange(over_, true)) return;
  timer_.cancel();
  if (tell) api_.finished(command_);
}

void ChatRequest::chunk(const Json& chunk) {
  if (over_) return;
  const std::string tag = tag_of(chunk);
  const Json& body = body_of(chunk);
  last_frame_ = std::chrono::steady_clock::now();
  if (tag == "ErrorChunk") {
    if (!writer_->is_stream())
      api_.context().log.error("logging:handle:1681",
                               "Error in ASGI Framework\nTraceback (most recent call last):\n\n  File "
                               "\"/opt/exo/src/exo/api/adapters/chat_completions.py\", line 350, in "
                               "collect_chat_response\n    raise ValueError(error_message)\n\nValueError: " +
                                   body["error_message"].get<std::string>());
    writer_->failed(*exchange_, body["error_message"]);
    return end(true);
  }
  if (fault_ && fault_->name == "keep-alive-forever") return;
  if (tag == "PrefillProgressChunk") {
    if (writer_->is_stream()) exchange_->write(": prefill_progress " + text_of(chunk) + "\n\n");
    return;
  }
  if ((tag != "TokenChunk" && tag != "ToolCallChunk") || injected()) return;
  ++tokens_;
  const bool is_last = !body["finish_reason"].is_null();
  if (is_last || !is_lost()) writer_->token(*exchange_, body);
  if (!is_last) return;
  if (fault_ && injected()) return;
  writer_->done(*exchange_);
  end(true);
}

void ChatRequest::ended() {
  if (over_) return;
  end(false);
  writer_->cut(*exchange_);
}

}  // namespace exo_harness::fake

#pragma once

#include <memory>
#include <string>

#include "api/api.h"
#include "api/chat_request.h"
#include "api/dialect_lies.h"
#include "api/mended.h"
#include "api/validation.h"
#include "world/ids.h"

namespace exo_harness::fake {

/// How one answer in a dialect is written.
struct DialectAnswer {
  std::shared_ptr<ChatAnswer> head;
  std::shared_ptr<DialectLies> lies;
  bool stream = false;
};

/// What the other dialects have in common (contract 9).
class DialectWriter : public ChatWriter {
 public:
  explicit DialectWriter(DialectAnswer answer)
      : answer_(std::move(answer.head)), lies_(std::move(answer.lies)), stream_(answer.stream) {}
  void token(Exchange& exchange, const Json& chunk) final {
    const Json told = lies_->told(chunk, stream_);
    if (stream_) piece(exchange, told);
    collected_.add(told);
    if (stream_) after_piece(exchange, told);
  }
  void cut(Exchange& exchange) override { exchange.finish(); }
  /// The comments of a chat stream are not sent here.
  bool is_stream() const override { return false; }

 protected:
  /// The next token, or all calls, of a stream; before and after it is among what is collected.
  virtual void piece(Exchange&, const Json&) {}
  virtual void after_piece(Exchange&, const Json&) {}
  std::size_t tokens(const char* which) const {
    return collected_.usage.is_object() ? collected_.usage[which].get<std::size_t>() : 0;
  }
  bool is_mended(const char* what) const { return lies_->is_mended(what); }

  std::shared_ptr<ChatAnswer> answer_;
  std::shared_ptr<DialectLies> lies_;
  bool stream_;
  CollectedAnswer collected_;
};

/// The arguments of a call as JSON; as text when they are none.
inline Json arguments_of(const Json& call) {
  const std::string text = call["arguments"];
  Json parsed = Json::parse(text, nullptr, false);
  return parsed.is_discarded() ? Json(text) : parsed;
}

/// Answers `chat`, a request as `/v1/chat/completions` has it, through a `Writer(answer, more…)`; 404 when the model is
/// not placed.
template <class Writer, class... More>
void answer_chat(Api& api, const std::shared_ptr<Exchange>& exchange, const Json& chat, More... more) {
  const std::string model = chat["model"];
  if (!api.has_instance_of(model)) return send_error(*exchange, 404, "No instance found for model " + model);
  const bool is_main = api.context().options.is_main();
  auto answer = std::make_shared<ChatAnswer>(ChatAnswer{"", model, now_unix(), is_main});
  auto lies = std::make_shared<DialectLies>(api.context().faults);
  const Json heard = lies->heard(as_mended(chat, api.context().faults));
  std::make_shared<ChatRequest>(
      api, exchange, std::make_unique<Writer>(DialectAnswer{answer, lies, chat.value("stream", false)}, more...))
      ->start(task_params_of_chat(heard, false, is_main),
              [answer](const std::string& command) { answer->id = command; });
}

/// A request of `/v1/messages`, of `/v1/responses`, or of `/ollama/api/chat`, as chat has it. The text beside the
/// result of a tool is lost on its way, as Exo loses it, unless `keeps_text`.
Json chat_of_claude(const Json& body, bool keeps_text);
Json chat_of_responses(const Json& body);
Json chat_of_ollama(const Json& body);

bool serve_claude(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange);
bool serve_responses(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange);

/// A dialect whose stream is made of named events (contract 9).
class EventWriter : public DialectWriter {
 public:
  using DialectWriter::DialectWriter;

  void begin(Exchange& exchange) override {
    exchange.begin(stream_ ? "text/event-stream; charset=utf-8" : "application/json", stream_);
    if (!stream_) return;
    exchange.write(": keep-alive\n\n");
    begin_stream(exchange);
  }
  void done(Exchange& exchange) override {
    if (stream_)
      end_stream(exchange);
    else
      exchange.write(text_of(whole()));
    exchange.finish();
  }
  /// A stream ends as if all was well.
  void failed(Exchange& exchange, const std::string&) override {
    stream_ && !lies_->about("dialect-cut-error") ? done(exchange) : exchange.finish();
  }

 protected:
  virtual void begin_stream(Exchange& exchange) = 0;
  virtual void end_stream(Exchange& exchange) = 0;
  virtual Json whole() const = 0;

  static void event(Exchange& exchange, const std::string& type, const Json& fields) {
    Json body = {{"type", type}};
    body.update(fields);
    exchange.write("event: " + type + "\ndata: " + text_of(body) + "\n\n");
  }
};

}  // namespace exo_harness::fake

#include "api/dialect.h"

namespace exo_harness::fake {
namespace {

using Kind = Field::Kind;

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
  void token(Exchange& exchange, const Json& chunk) override {
    collected_.add(chunk);
    if (stream_) stream_token(exchange, chunk["text"]);
  }
  void done(Exchange& exchange) override {
    if (stream_)
      end_stream(exchange);
    else
      exchange.write(text_of(whole()));
    exchange.finish();
  }
  /// A stream ends as if all was well.
  void failed(Exchange& exchange, const std::string&) override { stream_ ? done(exchange) : exchange.finish(); }

 protected:
  virtual void begin_stream(Exchange& exchange) = 0;
  virtual void stream_token(Exchange& exchange, const std::string& text) = 0;
  virtual void end_stream(Exchange& exchange) = 0;
  virtual Json whole() const = 0;

  static void event(Exchange& exchange, const std::string& type, const Json& fields) {
    Json body = {{"type", type}};
    body.update(fields);
    exchange.write("event: " + type + "\ndata: " + text_of(body) + "\n\n");
  }
};

class ClaudeWriter : public EventWriter {
 public:
  using EventWriter::EventWriter;

 private:
  void begin_stream(Exchange& exchange) override {
    event(exchange, "message_start", {{"message", message(Json::array(), nullptr)}});
    event(exchange, "content_block_start", {{"index", 0}, {"content_block", {{"type", "text"}, {"text", ""}}}});
  }
  void stream_token(Exchange& exchange, const std::string& text) override {
    event(exchange, "content_block_delta", {{"index", 0}, {"delta", {{"type", "text_delta"}, {"text", text}}}});
  }
  void end_stream(Exchange& exchange) override {
    event(exchange, "content_block_stop", {{"index", 0}});
    event(exchange, "message_delta",
          {{"delta", {{"stop_reason", reason()}, {"stop_sequence", nullptr}}},
           {"usage", {{"output_tokens", tokens("completion_tokens")}}}});
    event(exchange, "message_stop", Json::object());
  }
  Json whole() const override {
    const Json block = {{"type", "text"}, {"text", collected_.text}};
    return message(Json::array({block}), reason());
  }

  Json reason() const { return collected_.finish_reason == "length" ? "max_tokens" : "end_turn"; }
  Json message(const Json& content, const Json& stop_reason) const {
    return {{"id", "msg_" + answer_->id},
            {"type", "message"},
            {"role", "assistant"},
            {"content", content},
            {"model", answer_->model},
            {"stop_reason", stop_reason},
            {"stop_sequence", nullptr},
            {"usage", {{"input_tokens", tokens("prompt_tokens")}, {"output_tokens", tokens("completion_tokens")}}}};
  }
};

class ResponsesWriter : public EventWriter {
 public:
  using EventWriter::EventWriter;

 private:
  void begin_stream(Exchange& exchange) override {
    numbered(exchange, "response.created", {{"response", response("in_progress")}});
    numbered(exchange, "response.in_progress", {{"response", response("in_progress")}});
    numbered(exchange, "response.output_item.added", {{"output_index", 0}, {"item", item()}});
    numbered(exchange, "response.content_part.added", of_the_part({{"part", part()}}));
  }
  void stream_token(Exchange& exchange, const std::string& text) override {
    numbered(exchange, "response.output_text.delta", of_the_part({{"delta", text}}));
  }
  void end_stream(Exchange& exchange) override {
    numbered(exchange, "response.output_text.done", of_the_part({{"text", collected_.text}}));
    numbered(exchange, "response.content_part.done", of_the_part({{"part", part()}}));
    numbered(exchange, "response.output_item.done", {{"output_index", 0}, {"item", item()}});
    numbered(exchange, "response.completed", {{"response", whole()}});
  }
  Json whole() const override { return response("completed"); }

  void numbered(Exchange& exchange, const std::string& type, const Json& fields) {
    Json body = {{"sequence_number", ++sequence_}};
    body.update(fields);
    event(exchange, type, body);
  }
  Json of_the_part(const Json& fields) const {
    Json body = {{"item_id", "item_" + answer_->id}, {"output_index", 0}, {"content_index", 0}};
    body.update(fields);
    return body;
  }
  Json part() const { return {{"type", "output_text"}, {"text", collected_.text}, {"annotations", Json::array()}}; }
  Json item() const {
    return {{"type", "message"},
            {"id", "item_" + answer_->id},
            {"role", "assistant"},
            {"content", Json::array({part()})},
            {"status", "completed"}};
  }
  Json usage() const {
    return {{"input_tokens", tokens("prompt_tokens")},
            {"input_tokens_details",
             {{"cached_tokens",
               collected_.usage.is_object() ? collected_.usage["prompt_tokens_details"]["cached_tokens"] : Json(0)}}},
            {"output_tokens", tokens("completion_tokens")},
            {"output_tokens_details", {{"reasoning_tokens", 0}}},
            {"total_tokens", tokens("total_tokens")}};
  }
  Json response(const std::string& status) const {
    const bool is_over = status == "completed";
    const Json out = {{"id", "resp_" + answer_->id},    {"object", "response"},
                      {"created_at", answer_->created}, {"status", status},
                      {"model", answer_->model},        {"output", is_over ? Json::array({item()}) : Json::array()},
                      {"output_text", collected_.text}, {"usage", is_over ? usage() : Json(nullptr)}};
    return answer_->is_main ? without_nulls(out) : out;
  }

  int sequence_ = 0;
};

void serve_claude(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  const Checked checked = check_body(
      request, {{"model", Kind::text, true}, {"max_tokens", Kind::integer, true}, {"messages", Kind::list, true}});
  if (!checked.good()) return send_detail(*exchange, checked.detail);
  Json chat = checked.body;
  if (chat.contains("stop_sequences")) chat["stop"] = chat["stop_sequences"];
  answer_chat<ClaudeWriter>(api, exchange, chat, checked.body.value("stream", false));
}

void serve_responses(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  const Checked checked = check_body(request, {{"model", Kind::text, true}, {"input", Kind::any, true}});
  if (!checked.good()) return send_detail(*exchange, checked.detail);
  Json chat = {{"model", checked.body["model"]}, {"messages", Json::array()}};
  const Json input = checked.body["input"];
  if (input.is_array())
    chat["messages"] = input;
  else
    chat["messages"].push_back({{"role", "user"}, {"content", input}});
  if (checked.body.contains("max_output_tokens")) chat["max_tokens"] = checked.body["max_output_tokens"];
  if (checked.body.contains("temperature")) chat["temperature"] = checked.body["temperature"];
  answer_chat<ResponsesWriter>(api, exchange, chat, checked.body.value("stream", false));
}

}  // namespace

bool serve_dialects(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  if (request.method != "POST") return false;
  if (request.path == "/v1/messages")
    serve_claude(api, request, exchange);
  else if (request.path == "/v1/responses")
    serve_responses(api, request, exchange);
  else
    return false;
  return true;
}

}  // namespace exo_harness::fake

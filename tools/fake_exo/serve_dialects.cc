#include "api.h"
#include "chat_request.h"
#include "ids.h"
#include "validation.h"

namespace exo_harness::fake {
namespace {

using Kind = Field::Kind;

enum class Dialect { ollama, claude, responses };

/// Ollama, Claude and OpenAI responses (contract 9).
class DialectWriter : public ChatWriter {
 public:
  DialectWriter(Dialect dialect, std::shared_ptr<ChatAnswer> answer, bool stream)
      : dialect_(dialect), answer_(std::move(answer)), stream_(stream) {}

  void begin(Exchange& exchange) override {
    if (!stream_) return exchange.begin("application/json", false);
    exchange.begin(dialect_ == Dialect::ollama ? "application/x-ndjson" : "text/event-stream; charset=utf-8", true);
    if (dialect_ == Dialect::claude) event(exchange, "message_start", {{"message", claude("", nullptr)}});
    if (dialect_ == Dialect::claude)
      event(exchange, "content_block_start", {{"index", 0}, {"content_block", {{"type", "text"}, {"text", ""}}}});
    if (dialect_ == Dialect::responses) event(exchange, "response.created", {{"response", responses("in_progress")}});
  }

  void token(Exchange& exchange, const Json& chunk) override {
    collected_.add(chunk);
    if (!stream_) return;
    const std::string text = chunk["text"];
    if (dialect_ == Dialect::ollama) exchange.write(text_of(ollama(text, false)) + "\n");
    if (dialect_ == Dialect::claude)
      event(exchange, "content_block_delta", {{"index", 0}, {"delta", {{"type", "text_delta"}, {"text", text}}}});
    if (dialect_ == Dialect::responses)
      event(exchange, "response.output_text.delta",
            {{"item_id", "item_" + answer_->id}, {"output_index", 0}, {"content_index", 0}, {"delta", text}});
  }

  void done(Exchange& exchange) override {
    if (!stream_)
      exchange.write(text_of(dialect_ == Dialect::ollama   ? ollama(collected_.text, true)
                             : dialect_ == Dialect::claude ? claude(collected_.text, stop_reason())
                                                           : responses("completed")));
    else
      finish_stream(exchange);
    exchange.finish();
  }

  void failed(Exchange& exchange, const std::string& text) override {
    if (!stream_) return exchange.finish();
    if (dialect_ != Dialect::ollama) return done(exchange);  // they end as if all was well
    Json line = ollama(text, true);
    line["done_reason"] = "error";
    exchange.write(text_of(line) + "\n");
    exchange.finish();
  }

  void cut(Exchange& exchange) override { exchange.finish(); }
  /// The comments of a chat stream are not sent here.
  bool is_stream() const override { return false; }

 private:
  std::size_t tokens(const char* which) const {
    return collected_.usage.is_object() ? collected_.usage[which].get<std::size_t>() : 0;
  }

  static void event(Exchange& exchange, const std::string& type, const Json& fields) {
    Json body = {{"type", type}};
    body.update(fields);
    exchange.write("event: " + type + "\ndata: " + text_of(body) + "\n\n");
  }

  Json stop_reason() const { return collected_.finish_reason == "length" ? "max_tokens" : "end_turn"; }

  Json ollama(const std::string& text, bool last) const {
    Json out = {{"model", answer_->model},
                {"created_at", now_seconds_iso()},
                {"message", {{"role", "assistant"}, {"content", last && stream_ ? "" : text}}},
                {"done", last}};
    if (!last) return out;
    out["done_reason"] = collected_.finish_reason.is_null() ? Json("stop") : collected_.finish_reason;
    out["prompt_eval_count"] = tokens("prompt_tokens");
    out["eval_count"] = tokens("completion_tokens");
    return out;
  }

  Json claude(const std::string& text, const Json& reason) const {
    Json content = Json::array();
    if (!reason.is_null()) content.push_back({{"type", "text"}, {"text", text}});
    return {{"id", "msg_" + answer_->id},
            {"type", "message"},
            {"role", "assistant"},
            {"content", content},
            {"model", answer_->model},
            {"stop_reason", reason},
            {"stop_sequence", nullptr},
            {"usage", {{"input_tokens", tokens("prompt_tokens")}, {"output_tokens", tokens("completion_tokens")}}}};
  }

  Json responses(const std::string& status) const {
    const Json content = {{"type", "output_text"}, {"text", collected_.text}, {"annotations", Json::array()}};
    const Json item = {{"type", "message"},
                       {"id", "item_" + answer_->id},
                       {"role", "assistant"},
                       {"content", Json::array({content})},
                       {"status", status}};
    const Json usage = {
        {"input_tokens", tokens("prompt_tokens")},
        {"input_tokens_details",
         {{"cached_tokens",
           collected_.usage.is_object() ? collected_.usage["prompt_tokens_details"]["cached_tokens"] : Json(0)}}},
        {"output_tokens", tokens("completion_tokens")},
        {"output_tokens_details", {{"reasoning_tokens", 0}}},
        {"total_tokens", tokens("total_tokens")}};
    return {{"id", "resp_" + answer_->id},    {"object", "response"},
            {"created_at", answer_->created}, {"status", status},
            {"model", answer_->model},        {"output", Json::array({item})},
            {"output_text", collected_.text}, {"usage", usage}};
  }

  void finish_stream(Exchange& exchange) const {
    if (dialect_ == Dialect::ollama) exchange.write(text_of(ollama("", true)) + "\n");
    if (dialect_ == Dialect::claude) {
      event(exchange, "content_block_stop", {{"index", 0}});
      event(exchange, "message_delta",
            {{"delta", {{"stop_reason", stop_reason()}, {"stop_sequence", nullptr}}},
             {"usage", {{"output_tokens", tokens("completion_tokens")}}}});
      event(exchange, "message_stop", Json::object());
    }
    if (dialect_ == Dialect::responses) event(exchange, "response.completed", {{"response", responses("completed")}});
  }

  Dialect dialect_;
  std::shared_ptr<ChatAnswer> answer_;
  bool stream_;
  CollectedAnswer collected_;
};

void run(Api& api, const std::shared_ptr<Exchange>& exchange, Dialect dialect, const Json& chat, bool stream) {
  const std::string model = chat["model"];
  if (!api.has_instance_of(model)) return send_error(*exchange, 404, "No instance found for model " + model);
  const bool is_main = api.node().options.is_main();
  auto answer = std::make_shared<ChatAnswer>(ChatAnswer{"", model, now_unix(), is_main});
  std::make_shared<ChatRequest>(api, exchange, std::make_unique<DialectWriter>(dialect, answer, stream))
      ->start(task_params_of_chat(chat, false, is_main),
              [answer](const std::string& command) { answer->id = command; });
}

void serve_ollama(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange, bool prompt_only) {
  const Checked checked = prompt_only
                              ? check_body(request, {{"model", Kind::text, true}, {"prompt", Kind::text, true}})
                              : check_body(request, {{"model", Kind::text, true}, {"messages", Kind::list, true}});
  if (!checked.good()) return send_detail(*exchange, checked.detail);
  Json chat = {{"model", checked.body["model"]}};
  chat["messages"] =
      prompt_only ? Json::array({{{"role", "user"}, {"content", checked.body["prompt"]}}}) : checked.body["messages"];
  const Json options = checked.body.value("options", Json::object());
  for (const auto& [from, to] : {std::pair("num_predict", "max_tokens"), std::pair("temperature", "temperature"),
                                 std::pair("stop", "stop"), std::pair("seed", "seed")})
    if (options.is_object() && options.contains(from)) chat[to] = options[from];
  run(api, exchange, Dialect::ollama, chat, checked.body.value("stream", true));
}

void serve_claude(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  const Checked checked = check_body(
      request, {{"model", Kind::text, true}, {"max_tokens", Kind::integer, true}, {"messages", Kind::list, true}});
  if (!checked.good()) return send_detail(*exchange, checked.detail);
  Json chat = checked.body;
  if (chat.contains("stop_sequences")) chat["stop"] = chat["stop_sequences"];
  run(api, exchange, Dialect::claude, chat, checked.body.value("stream", false));
}

void serve_responses(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  const Checked checked = check_body(request, {{"model", Kind::text, true}});
  if (!checked.good()) return send_detail(*exchange, checked.detail);
  Json chat = {{"model", checked.body["model"]}, {"messages", Json::array()}};
  const Json input = checked.body.value("input", Json(""));
  if (input.is_array())
    chat["messages"] = input;
  else
    chat["messages"].push_back({{"role", "user"}, {"content", input}});
  if (checked.body.contains("max_output_tokens")) chat["max_tokens"] = checked.body["max_output_tokens"];
  if (checked.body.contains("temperature")) chat["temperature"] = checked.body["temperature"];
  run(api, exchange, Dialect::responses, chat, checked.body.value("stream", false));
}

}  // namespace

bool serve_dialects(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  if (request.method != "POST") return false;
  const std::string& path = request.path;
  if (path == "/ollama/api/chat" || path == "/ollama/api/api/chat" || path == "/ollama/api/v1/chat")
    serve_ollama(api, request, exchange, false);
  else if (path == "/ollama/api/generate")
    serve_ollama(api, request, exchange, true);
  else if (path == "/v1/messages")
    serve_claude(api, request, exchange);
  else if (path == "/v1/responses")
    serve_responses(api, request, exchange);
  else
    return false;
  return true;
}

}  // namespace exo_harness::fake

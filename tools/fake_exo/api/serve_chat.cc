#include "api/api.h"
#include "api/chat_request.h"
#include "api/mended.h"
#include "api/validation.h"
#include "runner/chunks.h"
#include "world/ids.h"

namespace exo_harness::fake {
namespace {

/// Server-sent events (contract 7).
class StreamWriter : public ChatWriter {
 public:
  explicit StreamWriter(std::shared_ptr<ChatAnswer> answer) : answer_(std::move(answer)) {}

  void begin(Exchange& exchange) override {
    exchange.begin("text/event-stream; charset=utf-8", true);
    exchange.write(": keep-alive\n\n");
  }
  void token(Exchange& exchange, const Json& chunk) override {
    if (answer_->lies->tells_done_early()) exchange.write("data: [DONE]\n\n");
    exchange.write(answer_->frame(chunk));
    if (!chunk["stats"].is_null()) exchange.write(ChatAnswer::stats_comment(chunk["stats"]));
  }
  void done(Exchange& exchange) override {
    if (!answer_->lies->hides_done()) exchange.write("data: [DONE]\n\n");
    exchange.finish();
  }
  void failed(Exchange& exchange, const std::string& text) override {
    exchange.write(answer_->error_frames(text));
    done(exchange);
  }
  void cut(Exchange& exchange) override { exchange.finish(); }
  bool is_stream() const override { return true; }

 private:
  std::shared_ptr<ChatAnswer> answer_;
};

/// One JSON at the end; status and headers go before it (contract 6).
class JsonWriter : public ChatWriter {
 public:
  explicit JsonWriter(std::shared_ptr<ChatAnswer> answer) : answer_(std::move(answer)) {}

  void begin(Exchange& exchange) override { exchange.begin("application/json", false); }
  void token(Exchange&, const Json& chunk) override { collected_.add(chunk); }
  void done(Exchange& exchange) override {
    exchange.write(text_of(collected_.chat(*answer_)));
    exchange.finish();
  }
  void failed(Exchange& exchange, const std::string&) override { exchange.finish(); }
  void cut(Exchange& exchange) override {
    if (collected_.text.empty() && collected_.thought.empty())
      exchange.finish();
    else
      done(exchange);
  }
  bool is_stream() const override { return false; }

 private:
  std::shared_ptr<ChatAnswer> answer_;
  CollectedAnswer collected_;
};

/// Headers come with the body, so the status is real (contract 8).
class BenchWriter : public ChatWriter {
 public:
  explicit BenchWriter(std::shared_ptr<ChatAnswer> answer) : answer_(std::move(answer)) {}

  void begin(Exchange&) override { began_ = std::chrono::steady_clock::now(); }
  void token(Exchange&, const Json& chunk) override { collected_.add(chunk); }
  void done(Exchange& exchange) override {
    exchange.send_json(
        200,
        collected_.bench(*answer_, std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count()));
  }
  void failed(Exchange& exchange, const std::string& text) override { send_error(exchange, 500, text); }
  void cut(Exchange& exchange) override { done(exchange); }
  bool is_stream() const override { return false; }

 private:
  std::shared_ptr<ChatAnswer> answer_;
  CollectedAnswer collected_;
  std::chrono::steady_clock::time_point began_;
};

/// An answer of an instance that is not there.
Json answer_of_nobody(const std::string& model, bool is_main) {
  CollectedAnswer said;
  said.text = "Hello there";
  said.usage = usage_of(20, 0, 3, 0);
  said.finish_reason = "stop";
  return said.chat({new_uuid(), model, now_unix(), is_main});
}

}  // namespace

bool serve_chat(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  const bool is_main = api.context().options.is_main();
  const bool bench = request.path == "/bench/chat/completions";
  const bool ours =
      bench || request.path == "/v1/chat/completions" || (is_main && request.path == "/ollama/v1/chat/completions");
  if (!ours || request.method != "POST") return false;
  using Kind = Field::Kind;
  const Checked checked = check_body(request, {{"model", Kind::text, true},
                                               {"messages", Kind::messages, true},
                                               {"logprobs", Kind::boolean},
                                               {"top_logprobs", Kind::integer},
                                               {"max_tokens", Kind::integer},
                                               {"seed", Kind::integer},
                                               {"stream", Kind::boolean},
                                               {"temperature", Kind::number},
                                               {"top_p", Kind::number},
                                               {"top_k", Kind::integer},
                                               {"min_p", Kind::number},
                                               {"stop", Kind::text_or_list}});
  if (!checked.good()) return send_detail(*exchange, checked.detail), true;
  const std::string model = checked.body["model"];
  if (!api.has_instance_of(model) && api.context().faults.take("lies", {{"about", "deleted-answers"}}))
    return exchange->send_json(200, answer_of_nobody(model, is_main)), true;
  if (!api.has_instance_of(model)) return send_error(*exchange, 404, "No instance found for model " + model), true;
  Faults& faults = api.context().faults;
  const Json body = as_mended(checked.body, faults);
  const bool stream = checked.body.contains("stream") && checked.body["stream"] == true && (!bench || is_main);
  const bool lies = faults.take("lies", {{"about", "created"}}).has_value();
  auto answer = std::make_shared<ChatAnswer>(ChatAnswer{"", model, lies ? 0 : now_unix(), is_main});
  answer->lies = std::make_shared<WireLies>(faults, stream, checked.body);
  answer->says_chunk = stream && faults.take("mended", {{"what", "chunk-object"}});
  if (body.contains("n") && faults.take("mended", {{"what", "number-of-choices"}})) answer->choices = body["n"];
  std::unique_ptr<ChatWriter> writer;
  if (stream)
    writer = std::make_unique<StreamWriter>(answer);
  else if (bench)
    writer = std::make_unique<BenchWriter>(answer);
  else
    writer = std::make_unique<JsonWriter>(answer);
  std::make_shared<ChatRequest>(api, exchange, std::move(writer))
      ->start(task_params_of_chat(body, bench, is_main),
              [answer](const std::string& command) { answer->id = command; });
  return true;
}

}  // namespace exo_harness::fake

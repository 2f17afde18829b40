#include <set>

#include "api/dialect.h"

namespace exo_harness::fake {
namespace {

using Kind = Field::Kind;

/// `/ollama/api/chat` and `/ollama/api/generate`: one JSON, or one a line (contract 9).
class OllamaWriter : public DialectWriter {
 public:
  OllamaWriter(DialectAnswer answer, bool prompt_only) : DialectWriter(std::move(answer)), prompt_only_(prompt_only) {}

  void begin(Exchange& exchange) override {
    exchange.begin(stream_ ? "application/x-ndjson" : "application/json", stream_);
  }
  void done(Exchange& exchange) override {
    if (!stream_) exchange.write(text_of(line(collected_.text, collected_.thought, collected_.finish_reason)));
    exchange.finish();
  }
  void failed(Exchange& exchange, const std::string& text) override {
    if (stream_) exchange.write(text_of(line(text, "", "error")) + "\n");
    exchange.finish();
  }

 private:
  /// Behind a thought Exo tells all of it again with the calls.
  void after_piece(Exchange& exchange, const Json& chunk) override {
    const bool is_call = chunk.contains("tool_calls"), is_thought = !is_call && chunk["is_thinking"] == true;
    const std::string text = is_call ? "" : chunk["text"];
    const bool repeats = is_call && !is_mended("ollama-thought-twice");
    const std::string thought = repeats ? collected_.thought : is_thought ? text : "";
    exchange.write(text_of(line(is_thought ? "" : text, thought, chunk["finish_reason"])) + "\n");
  }
  Json line(const std::string& text, const std::string& thought, const Json& reason) const {
    Json out = {{"model", answer_->model}, {"created_at", now_seconds_iso()}};
    Json message = {{"role", "assistant"}, {"content", text}};
    Json& said = prompt_only_ ? out : message;
    if (prompt_only_) out["response"] = text;
    if (!thought.empty()) said["thinking"] = thought;
    if (!prompt_only_ && collected_.tool_calls.is_array()) message["tool_calls"] = calls();
    if (!prompt_only_) out["message"] = message;
    out["done"] = !reason.is_null();
    if (reason.is_null()) return out;
    out["done_reason"] = reason == "tool_calls" ? Json(prompt_only_ ? "stop" : "tool_call") : reason;
    if (reason == "error") return out;
    out["prompt_eval_count"] = tokens("prompt_tokens");
    out["eval_count"] = tokens("completion_tokens");
    return out;
  }
  Json calls() const {
    Json out = Json::array();
    for (const Json& call : collected_.tool_calls)
      out.push_back({{"id", call["id"]},
                     {"type", "function"},
                     {"function",
                      {{"name", call["function"]["name"]},
                       {"arguments", arguments_of(call["function"])},
                       {"index", call["index"]}}}});
    return out;
  }

  bool prompt_only_;
};

Json details_of(const Json& card) {
  return {{"format", nullptr},
          {"family", card["family"]},
          {"parameter_size", nullptr},
          {"quantization_level", card["quantization"]}};
}

Json tags(const Context& context) {
  Json list = Json::array();
  for (const Model& model : context.catalogue.models()) {
    bool here = false;
    for (const std::string& id : context.state.nodes) here = here || context.state.downloaded(id, model.id);
    if (!here) continue;
    list.push_back({{"name", model.id},
                    {"model", model.id},
                    {"modified_at", now_seconds_iso()},
                    {"size", model.storage_bytes},
                    {"digest", "sha256:000000000000"},
                    {"details", details_of(model.card)}});
  }
  return {{"models", list}};
}

Json processes(const Context& context) {
  std::set<std::string> placed;
  for (const auto& [id, instance] : context.state.instances.items()) placed.insert(InstanceView{instance}.model());
  Json list = Json::array();
  for (const std::string& model : placed)
    list.push_back({{"name", model},
                    {"model", model},
                    {"size", 0},
                    {"digest", nullptr},
                    {"details", nullptr},
                    {"expires_at", nullptr},
                    {"size_vram", nullptr}});
  return {{"models", list}};
}

Json shown(const Model& model, bool is_main) {
  Json out = {{"modelfile", "FROM " + model.id},
              {"parameters", nullptr},
              {"template", "{{ .Prompt }}"},
              {"details", details_of(model.card)},
              {"model_info", nullptr}};
  if (!is_main) return out;
  const std::string family = model.card["family"];
  out["model_info"] = {{"general.architecture", family},
                       {"general.basename", model.card["baseModel"]},
                       {family + ".context_length", model.card["contextLength"]}};
  out["capabilities"] = {"completion", "tools"};
  return out;
}

/// This dialect's bodies are not checked by FastAPI, so what is wrong with one ends in a 500.
bool is_refused(const Checked& checked, Exchange& exchange) {
  if (checked.good()) return false;
  exchange.send(500, "text/plain; charset=utf-8", "Internal Server Error");
  return true;
}

void serve_show(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  const Checked checked = check_body(request, {{"model", Kind::text, true}});
  if (is_refused(checked, *exchange)) return;
  const std::string id = checked.body["model"];
  const bool is_main = api.context().options.is_main();
  if (const Model* model = api.context().catalogue.find(id)) return exchange->send_json(200, shown(*model, is_main));
  // It is looked for in the internet, in vain.
  api.later(is_main ? 67 : 32, [exchange, id] { send_error(*exchange, 404, "Model not found: " + id); });
}

void serve_chat(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange, bool prompt_only) {
  const Checked checked = prompt_only
                              ? check_body(request, {{"model", Kind::text, true}, {"prompt", Kind::text, true}})
                              : check_body(request, {{"model", Kind::text, true}, {"messages", Kind::list, true}});
  if (is_refused(checked, *exchange)) return;
  answer_chat<OllamaWriter>(api, exchange, chat_of_ollama(checked.body), prompt_only);
}

bool serve_post(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  const std::string& path = request.path;
  if (path == "/ollama/api/chat" || path == "/ollama/api/api/chat" || path == "/ollama/api/v1/chat")
    serve_chat(api, request, exchange, false);
  else if (path == "/ollama/api/generate")
    serve_chat(api, request, exchange, true);
  else if (path == "/ollama/api/show")
    serve_show(api, request, exchange);
  else
    return false;
  return true;
}

}  // namespace

bool serve_ollama(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  if (request.method == "POST") return serve_post(api, request, exchange);
  const Context& context = api.context();
  const std::string& path = request.path;
  const bool is_get = request.method == "GET", is_head = request.method == "HEAD";
  if ((path == "/ollama/api/version" && (is_get || is_head)) || (path == "/ollama/" && is_head))
    exchange->send_json(200, {{"version", context.options.is_main() ? "1.0.0" : "exo v1.0"}});
  else if (is_get && (path == "/ollama/api/tags" || path == "/ollama/api/api/tags" || path == "/ollama/api/v1/tags"))
    exchange->send_json(200, tags(context));
  else if (is_get && path == "/ollama/api/ps")
    exchange->send_json(200, processes(context));
  else
    return false;
  return true;
}

}  // namespace exo_harness::fake

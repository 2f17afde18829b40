#include <set>

#include "api/dialect.h"

namespace exo_harness::fake {
namespace {

using Kind = Field::Kind;

/// `/ollama/api/chat` and `/ollama/api/generate`: one JSON, or one a line (contract 9).
class OllamaWriter : public DialectWriter {
 public:
  OllamaWriter(std::shared_ptr<ChatAnswer> answer, bool stream, bool prompt_only)
      : DialectWriter(std::move(answer), stream), prompt_only_(prompt_only) {}

  void begin(Exchange& exchange) override {
    exchange.begin(stream_ ? "application/x-ndjson" : "application/json", stream_);
  }
  void token(Exchange& exchange, const Json& chunk) override {
    collected_.add(chunk);
    if (stream_) exchange.write(text_of(line(chunk["text"], chunk["finish_reason"])) + "\n");
  }
  void done(Exchange& exchange) override {
    if (!stream_) exchange.write(text_of(line(collected_.text, collected_.finish_reason)));
    exchange.finish();
  }
  void failed(Exchange& exchange, const std::string& text) override {
    if (stream_) exchange.write(text_of(line(text, "error")) + "\n");
    exchange.finish();
  }

 private:
  Json line(const std::string& text, const Json& reason) const {
    Json out = {{"model", answer_->model}, {"created_at", now_seconds_iso()}};
    if (prompt_only_)
      out["response"] = text;
    else
      out["message"] = {{"role", "assistant"}, {"content", text}};
    out["done"] = !reason.is_null();
    if (reason.is_null()) return out;
    out["done_reason"] = reason;
    out["prompt_eval_count"] = tokens("prompt_tokens");
    out["eval_count"] = tokens("completion_tokens");
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
  Json chat = {{"model", checked.body["model"]}};
  chat["messages"] =
      prompt_only ? Json::array({{{"role", "user"}, {"content", checked.body["prompt"]}}}) : checked.body["messages"];
  const Json options = checked.body.value("options", Json::object());
  for (const auto& [from, to] : {std::pair("num_predict", "max_tokens"), std::pair("temperature", "temperature"),
                                 std::pair("stop", "stop"), std::pair("seed", "seed")})
    if (options.is_object() && options.contains(from)) chat[to] = options[from];
  answer_chat<OllamaWriter>(api, exchange, chat, checked.body.value("stream", true), prompt_only);
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

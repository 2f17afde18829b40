#include "json_reader.h"
#include "parse.h"

namespace exo_harness::exo {

namespace {

template <class T>
void set(Json& json, const char* key, const std::optional<T>& value) {
  if (value) json[key] = *value;
}

}  // namespace

ChatRequest& ChatRequest::greedy() {
  temperature = 0;
  top_p = 1;
  top_k = 0;
  min_p = 0;
  if (!seed) seed = 42;
  return *this;
}

std::string write_chat(const ChatRequest& request, bool stream) {
  Json json{{"model", request.model}, {"messages", Json::array()}};
  for (const Message& m : request.messages) json["messages"].push_back({{"role", m.role}, {"content", m.content}});
  set(json, "max_tokens", request.max_tokens);
  set(json, "temperature", request.temperature);
  set(json, "top_p", request.top_p);
  set(json, "min_p", request.min_p);
  set(json, "top_k", request.top_k);
  set(json, "seed", request.seed);
  set(json, "enable_thinking", request.enable_thinking);
  set(json, "use_prefix_cache", request.use_prefix_cache);
  if (!request.stop.empty()) json["stop"] = request.stop;
  if (request.top_logprobs) json["logprobs"] = true;
  set(json, "top_logprobs", request.top_logprobs);
  json["stream"] = stream;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace exo_harness::exo

#include "json_reader.h"
#include "parse.h"
#include "tool_json.h"

namespace exo_harness::exo {

namespace {

template <class T>
void set(Json& json, const char* key, const std::optional<T>& value) {
  if (value) json[key] = *value;
}

Json written_message(const Message& message) {
  Json json{{"role", message.role}, {"content", message.content}};
  if (message.content.empty() && !message.tool_calls.empty()) json["content"] = nullptr;  // as clients send it
  for (const ToolCall& call : message.tool_calls)
    json["tool_calls"].push_back(
        {{"id", call.id}, {"type", "function"}, {"function", {{"name", call.name}, {"arguments", call.arguments}}}});
  if (!message.tool_call_id.empty()) json["tool_call_id"] = message.tool_call_id;
  return json;
}

Json written_choice(const std::string& choice) {
  if (choice == "auto" || choice == "none" || choice == "required") return choice;
  return {{"type", "function"}, {"function", {{"name", choice}}}};
}

void write_tools(const ChatRequest& request, Json& json) {
  for (const Tool& tool : request.tools) json["tools"].push_back(written_tool(tool));
  if (!request.tool_choice.empty()) json["tool_choice"] = written_choice(request.tool_choice);
  set(json, "parallel_tool_calls", request.parallel_tool_calls);
}

}  // namespace

Json schema_of(const Tool& tool) {
  Json properties = Json::object(), required = Json::array();
  for (const ToolParameter& parameter : tool.parameters) {
    properties[parameter.name] = {{"type", parameter.type == ToolParameter::Type::integer ? "integer" : "string"}};
    if (parameter.required) required.push_back(parameter.name);
  }
  return {{"type", "object"}, {"properties", properties}, {"required", required}};
}

Json written_tool(const Tool& tool) {
  return {{"type", "function"},
          {"function", {{"name", tool.name}, {"description", tool.description}, {"parameters", schema_of(tool)}}}};
}

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
  for (const Message& message : request.messages) json["messages"].push_back(written_message(message));
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
  set(json, "max_completion_tokens", request.max_completion_tokens);
  set(json, "n", request.n);
  set(json, "presence_penalty", request.presence_penalty);
  set(json, "frequency_penalty", request.frequency_penalty);
  if (!request.response_format.empty()) json["response_format"] = {{"type", request.response_format}};
  write_tools(request, json);
  json["stream"] = stream;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace exo_harness::exo

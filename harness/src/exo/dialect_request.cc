// Requests in the other dialects. Source: contract 9; docs of Ollama (api.md), Anthropic (messages), OpenAI
// (responses).
#include <algorithm>

#include "exo_harness/exo/dialect.h"

#include "json_reader.h"
#include "tool_json.h"

namespace exo_harness::exo {

namespace {

constexpr int kThinkingBudget = 1024;  // tokens, the least that Claude messages take
constexpr int kAnswerBudget = 4096;    // tokens, where a dialect wants a limit and none is given

template <class T>
void put(Json& json, const char* key, const std::optional<T>& value) {
  if (value) json[key] = *value;
}

Json arguments_of(const ToolCall& call) {
  const Outcome<Json> arguments = parse_json(call.arguments, "the arguments of a call");
  return arguments && arguments->is_object() ? *arguments : Json::object();
}

/// The name of the tool whose call has that id.
std::string name_of_call(const ChatRequest& request, const std::string& id) {
  for (const Message& message : request.messages) {
    for (const ToolCall& call : message.tool_calls)
      if (call.id == id) return call.name;
  }
  return "";
}

Json ollama_message(const ChatRequest& request, const Message& message) {
  Json json{{"role", message.role}, {"content", message.content}};
  for (const ToolCall& call : message.tool_calls)
    json["tool_calls"].push_back({{"function", {{"name", call.name}, {"arguments", arguments_of(call)}}}});
  if (message.role == "tool") json["tool_name"] = name_of_call(request, message.tool_call_id);
  return json;
}

Json ollama_request(const ChatRequest& request) {
  Json json{{"messages", Json::array()}}, options = Json::object();
  for (const Message& message : request.messages) json["messages"].push_back(ollama_message(request, message));
  put(options, "num_predict", request.max_tokens);
  put(options, "temperature", request.temperature);
  put(options, "top_p", request.top_p);
  put(options, "seed", request.seed);
  if (!request.stop.empty()) options["stop"] = request.stop;
  json["options"] = options;
  for (const Tool& tool : request.tools) json["tools"].push_back(written_tool(tool));
  put(json, "think", request.enable_thinking);
  return json;
}

Json claude_blocks(const Message& message) {
  Json blocks = Json::array();
  if (message.role == "tool") {
    blocks.push_back({{"type", "tool_result"}, {"tool_use_id", message.tool_call_id}, {"content", message.content}});
    return blocks;
  }
  if (!message.content.empty()) blocks.push_back({{"type", "text"}, {"text", message.content}});
  for (const ToolCall& call : message.tool_calls)
    blocks.push_back({{"type", "tool_use"}, {"id", call.id}, {"name", call.name}, {"input", arguments_of(call)}});
  return blocks;
}

/// Roles take turns: what follows a message of the same role goes into it.
void add_turn(Json& messages, const Message& message) {
  const std::string role = message.role == "assistant" ? "assistant" : "user";
  const Json blocks = claude_blocks(message);
  if (messages.empty() || messages.back()["role"] != role)
    messages.push_back({{"role", role}, {"content", Json::array()}});
  for (const Json& block : blocks) messages.back()["content"].push_back(block);
}

Json claude_choice(const std::string& choice) {
  if (choice == "auto" || choice == "none") return {{"type", choice}};
  if (choice == "required") return {{"type", "any"}};
  return {{"type", "tool"}, {"name", choice}};
}

Json claude_request(const ChatRequest& request) {
  Json json{{"max_tokens", request.max_tokens.value_or(kAnswerBudget)}, {"messages", Json::array()}};
  for (const Message& message : request.messages) {
    if (message.role == "system")
      json["system"] = message.content;
    else
      add_turn(json["messages"], message);
  }
  put(json, "temperature", request.temperature);
  put(json, "top_p", request.top_p);
  if (!request.stop.empty()) json["stop_sequences"] = request.stop;
  for (const Tool& tool : request.tools)
    json["tools"].push_back(
        {{"name", tool.name}, {"description", tool.description}, {"input_schema", schema_of(tool)}});
  if (!request.tool_choice.empty()) json["tool_choice"] = claude_choice(request.tool_choice);
  if (request.enable_thinking == true) json["thinking"] = {{"type", "enabled"}, {"budget_tokens", kThinkingBudget}};
  if (request.enable_thinking == false) json["thinking"] = {{"type", "disabled"}};
  return json;
}

void add_items(Json& input, const Message& message) {
  if (message.role == "tool") {
    input.push_back({{"type", "function_call_output"}, {"call_id", message.tool_call_id}, {"output", message.content}});
    return;
  }
  if (!message.content.empty()) input.push_back({{"role", message.role}, {"content", message.content}});
  for (const ToolCall& call : message.tool_calls)
    input.push_back(
        {{"type", "function_call"}, {"call_id", call.id}, {"name", call.name}, {"arguments", call.arguments}});
}

Json responses_choice(const std::string& choice) {
  if (choice == "auto" || choice == "none" || choice == "required") return choice;
  return {{"type", "function"}, {"name", choice}};
}

Json responses_request(const ChatRequest& request) {
  Json json{{"input", Json::array()}};
  for (const Message& message : request.messages) add_items(json["input"], message);
  put(json, "max_output_tokens", request.max_tokens);
  put(json, "temperature", request.temperature);
  put(json, "top_p", request.top_p);
  for (const Tool& tool : request.tools)
    json["tools"].push_back({{"type", "function"},
                             {"name", tool.name},
                             {"description", tool.description},
                             {"parameters", schema_of(tool)}});
  if (!request.tool_choice.empty()) json["tool_choice"] = responses_choice(request.tool_choice);
  put(json, "parallel_tool_calls", request.parallel_tool_calls);
  if (request.enable_thinking) json["reasoning"] = {{"effort", *request.enable_thinking ? "medium" : "none"}};
  return json;
}

Json request_in(Dialect dialect, const ChatRequest& request) {
  if (dialect == Dialect::ollama) return ollama_request(request);
  if (dialect == Dialect::claude) return claude_request(request);
  return responses_request(request);
}

}  // namespace

std::string write_in(Dialect dialect, const ChatRequest& request, bool stream) {
  Json json = request_in(dialect, request);
  json["model"] = request.model;
  json["stream"] = stream;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace exo_harness::exo

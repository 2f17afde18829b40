// Requests of the other dialects, as chat completions have them. What Exo's adapters do (contract 9).
#include <algorithm>

#include "api/dialect.h"

namespace exo_harness::fake {
namespace {

Json function_tool(const Json& tool, const char* schema) {
  return {{"type", "function"},
          {"function",
           {{"name", tool.value("name", "")},
            {"description", tool.value("description", "")},
            {"parameters", tool.value(schema, Json::object())}}}};
}

std::string texts_of(const Json& blocks) {
  std::string out;
  for (const Json& block : blocks)
    if (block.is_object() && block.value("text", Json()).is_string()) out += block["text"].get<std::string>();
  return out;
}

bool has_block(const Json& blocks, const char* type) {
  return std::any_of(blocks.begin(), blocks.end(),
                     [&](const Json& block) { return block.is_object() && block.value("type", "") == type; });
}

/// A turn of Claude messages.
void add_turn(Json& messages, const Json& turn, bool keeps_text) {
  const Json& content = turn["content"];
  const std::string role = turn.value("role", "user");
  const bool has_results = content.is_array() && has_block(content, "tool_result");
  if (has_results)
    for (const Json& block : content)
      if (block.value("type", "") == "tool_result")
        messages.push_back({{"role", "tool"}, {"content", block.value("content", Json(""))}});
  const std::string text = content.is_array() ? texts_of(content) : "";
  if (!content.is_array()) messages.push_back({{"role", role}, {"content", content}});
  if (content.is_array() && (!has_results || (keeps_text && !text.empty())))
    messages.push_back({{"role", role}, {"content", text}});
}

Json choice_of_claude(const Json& choice) {
  const std::string type = choice.value("type", "auto");
  if (type == "tool") return {{"type", "function"}, {"function", {{"name", choice.value("name", "")}}}};
  return type == "any" ? "required" : type;
}

}  // namespace

Json chat_of_claude(const Json& body, bool keeps_text) {
  Json chat = body;
  chat["messages"] = Json::array();
  if (body.contains("system")) chat["messages"].push_back({{"role", "system"}, {"content", body["system"]}});
  for (const Json& turn : body["messages"]) add_turn(chat["messages"], turn, keeps_text);
  if (body.contains("stop_sequences")) chat["stop"] = body["stop_sequences"];
  if (body.contains("tools")) {
    chat["tools"] = Json::array();
    for (const Json& tool : body["tools"]) chat["tools"].push_back(function_tool(tool, "input_schema"));
  }
  if (body.contains("tool_choice")) chat["tool_choice"] = choice_of_claude(body["tool_choice"]);
  if (body.contains("thinking")) chat["enable_thinking"] = body["thinking"].value("type", "") != "disabled";
  return chat;
}

Json chat_of_responses(const Json& body) {
  Json chat = {{"model", body["model"]}, {"messages", Json::array()}};
  const Json input = body["input"];
  if (!input.is_array()) chat["messages"].push_back({{"role", "user"}, {"content", input}});
  if (input.is_array())
    for (const Json& item : input) {
      const std::string type = item.is_object() ? item.value("type", "message") : "";
      if (type == "function_call") chat["messages"].push_back({{"role", "assistant"}, {"content", ""}});
      if (type == "function_call_output")
        chat["messages"].push_back({{"role", "tool"}, {"content", item.value("output", Json(""))}});
      if (type == "message") chat["messages"].push_back(item);
    }
  for (const auto& [from, to] : {std::pair("max_output_tokens", "max_tokens"), std::pair("temperature", "temperature"),
                                 std::pair("stream", "stream"), std::pair("tool_choice", "tool_choice")})
    if (body.contains(from)) chat[to] = body[from];
  if (body.contains("tools")) {
    chat["tools"] = Json::array();
    for (const Json& tool : body["tools"]) chat["tools"].push_back(function_tool(tool, "parameters"));
  }
  if (body.contains("reasoning")) chat["enable_thinking"] = body["reasoning"].value("effort", "") != "none";
  return chat;
}

Json chat_of_ollama(const Json& body) {
  Json chat = {{"model", body["model"]}, {"messages", body.value("messages", Json::array())}};
  if (body.contains("prompt")) chat["messages"] = Json::array({{{"role", "user"}, {"content", body["prompt"]}}});
  const Json options = body.value("options", Json::object());
  for (const auto& [from, to] : {std::pair("num_predict", "max_tokens"), std::pair("temperature", "temperature"),
                                 std::pair("stop", "stop"), std::pair("seed", "seed")})
    if (options.is_object() && options.contains(from)) chat[to] = options[from];
  if (body.contains("tools")) chat["tools"] = body["tools"];
  if (body.contains("think")) chat["enable_thinking"] = body["think"];
  chat["stream"] = body.value("stream", true);
  return chat;
}

}  // namespace exo_harness::fake

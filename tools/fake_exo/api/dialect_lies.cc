#include "api/dialect_lies.h"

namespace exo_harness::fake {
namespace {

constexpr std::size_t kLost = 1;  // The token that a stream loses.

Json text_chunk(const Json& chunk, const std::string& text) {
  Json out = chunk;
  out.erase("tool_calls");
  out["text"] = text;
  out["is_thinking"] = false;
  return out;
}

void forget_result_before_text(Json& messages) {
  if (messages.size() < 2 || messages.back().value("role", "") != "user") return;
  const auto before = messages.end() - 2;
  if (before->value("role", "") == "tool") messages.erase(before);
}

}  // namespace

const std::vector<std::string>& DialectLies::known() {
  static const std::vector<std::string> kKnown = {
      // Of what was heard.
      "dialect-tools", "dialect-results", "dialect-beside", "dialect-thinking",
      // Of what is said.
      "dialect-call", "dialect-call-cut", "dialect-call-other", "dialect-lost", "dialect-text", "dialect-thought",
      "dialect-thought-lost",
      // Of numbers and the end.
      "dialect-count", "dialect-prompt-in-stream", "dialect-reason", "dialect-status", "dialect-cut-error",
      "dialect-end-call", "dialect-end-lost"};
  return kKnown;
}

DialectLies::DialectLies(Faults& faults) : faults_(faults) {
  for (const std::string& what : known())
    if (faults.take("lies", {{"about", what}})) about_.insert(what);
}

bool DialectLies::is_mended(const char* what) const {
  return faults_.take("mended", {{"what", what}}).has_value();
}

Json DialectLies::heard(Json chat) const {
  if (about("dialect-tools")) chat.erase("tools");
  if (about("dialect-results"))
    std::erase_if(chat["messages"].get_ref<Json::array_t&>(),
                  [](const Json& message) { return message.value("role", "") == "tool"; });
  if (about("dialect-beside")) forget_result_before_text(chat["messages"]);
  if (about("dialect-thinking")) chat["enable_thinking"] = !chat.value("enable_thinking", false);
  return chat;
}

Json DialectLies::told(Json chunk, bool stream) {
  if (chunk.contains("tool_calls")) bend_calls(chunk);
  if (about("dialect-thought")) chunk["is_thinking"] = false;
  if (about("dialect-thought-lost") && stream && chunk.value("is_thinking", false)) chunk["text"] = "";
  if (about("dialect-text") && chunks_ == 0 && chunk.contains("text")) chunk["text"] = "garbage";
  if (about("dialect-lost") && stream && chunks_ == kLost) chunk["text"] = "";
  ++chunks_;
  if (chunk["finish_reason"].is_null()) return chunk;
  if (about("dialect-reason")) chunk["finish_reason"] = chunk["finish_reason"] == "length" ? "stop" : "length";
  Json& usage = chunk["usage"];
  if (about("dialect-count")) usage["completion_tokens"] = usage["completion_tokens"].get<int>() + 1;
  if (about("dialect-prompt-in-stream") && stream) usage["prompt_tokens"] = usage["prompt_tokens"].get<int>() / 2;
  return chunk;
}

void DialectLies::bend_calls(Json& chunk) const {
  if (about("dialect-call-cut"))
    for (Json& call : chunk["tool_calls"]) call["arguments"] = R"({"days": 3})";
  if (about("dialect-call-other"))
    for (Json& call : chunk["tool_calls"]) call["arguments"] = R"({"city": "Rome", "days": 3})";
  if (about("dialect-call"))
    chunk = text_chunk(chunk, "<tool_call>" + text_of(chunk["tool_calls"][0]) + "</tool_call>");
}

}  // namespace exo_harness::fake

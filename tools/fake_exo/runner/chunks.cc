#include "runner/chunks.h"

#include "exo_harness/core/text.h"

#include "world/ids.h"

namespace exo_harness::fake {
namespace {

/// JSON as Python's json.dumps writes it: a blank behind each comma and colon that is in no string.
std::string with_blanks(const std::string& compact) {
  std::string out;
  bool in_string = false, escaped = false;
  for (const char c : compact) {
    out += c;
    if (c == '"' && !escaped) in_string = !in_string;
    escaped = in_string && c == '\\' && !escaped;
    if (!in_string && (c == ',' || c == ':')) out += ' ';
  }
  return out;
}

}  // namespace

Json error_chunk(const std::string& model, const std::string& text) {
  return {{"ErrorChunk", {{"model", model}, {"error_message", text}, {"finish_reason", "error"}}}};
}

Json prefill_chunk(const std::string& model, std::size_t processed, std::size_t total) {
  return {{"PrefillProgressChunk", {{"model", model}, {"processed_tokens", processed}, {"total_tokens", total}}}};
}

Json usage_of(std::size_t prompt, std::size_t cached, std::size_t completion, std::size_t reasoning) {
  return {{"prompt_tokens", prompt},
          {"completion_tokens", completion},
          {"total_tokens", prompt + completion},
          {"prompt_tokens_details", {{"cached_tokens", cached}, {"audio_tokens", 0}}},
          {"completion_tokens_details",
           {{"reasoning_tokens", reasoning},
            {"audio_tokens", 0},
            {"accepted_prediction_tokens", 0},
            {"rejected_prediction_tokens", 0}}}};
}

Json tool_calls_in(const std::string& calls) {
  static const std::string kBegin = "<tool_call>", kEnd = "</tool_call>";
  Json out = Json::array();
  for (std::size_t at = 0; at < calls.size();) {
    const std::size_t end = calls.find(kEnd, at);
    if (calls.compare(at, kBegin.size(), kBegin) != 0 || end == calls.npos) return nullptr;
    const Json call = Json::parse(calls.substr(at + kBegin.size(), end - at - kBegin.size()), nullptr, false);
    if (!call.is_object() || !call.contains("name") || !call.contains("arguments")) return nullptr;
    out.push_back({{"id", new_uuid()}, {"name", call["name"]}, {"arguments", with_blanks(text_of(call["arguments"]))}});
    at = end + kEnd.size();
  }
  return out;
}

Json ready_status(bool is_main) {
  Json body = Json::object();
  if (is_main) body["prefill_server_port"] = nullptr;
  return {{"RunnerReady", body}};
}

std::string printable_token(const std::string& bytes) {
  return is_utf8(bytes) ? bytes : "\xef\xbf\xbd";
}

std::string first_message(const Json& task_params) {
  const auto input = task_params.find("input");
  if (input == task_params.end() || !input->is_array() || input->empty()) return "";
  return input->front().value("content", "");
}

bool has_no_messages(const Json& task_params) {
  const auto shown = task_params.find("chat_template_messages");
  return shown != task_params.end() && shown->is_array() && shown->empty();
}

}  // namespace exo_harness::fake

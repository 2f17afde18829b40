#include "runner/chunks.h"

#include "exo_harness/core/text.h"

namespace exo_harness::fake {

Json error_chunk(const std::string& model, const std::string& text) {
  return {{"ErrorChunk", {{"model", model}, {"error_message", text}, {"finish_reason", "error"}}}};
}

Json prefill_chunk(const std::string& model, std::size_t processed, std::size_t total) {
  return {{"PrefillProgressChunk", {{"model", model}, {"processed_tokens", processed}, {"total_tokens", total}}}};
}

Json usage_of(std::size_t prompt, std::size_t cached, std::size_t completion) {
  return {{"prompt_tokens", prompt},
          {"completion_tokens", completion},
          {"total_tokens", prompt + completion},
          {"prompt_tokens_details", {{"cached_tokens", cached}, {"audio_tokens", 0}}},
          {"completion_tokens_details",
           {{"reasoning_tokens", 0},
            {"audio_tokens", 0},
            {"accepted_prediction_tokens", 0},
            {"rejected_prediction_tokens", 0}}}};
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

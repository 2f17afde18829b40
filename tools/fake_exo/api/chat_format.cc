#include "api/chat_format.h"

namespace exo_harness::fake {
namespace {

std::string text_of_content(const Json& content) {
  if (content.is_string()) return content;
  std::string out;
  if (content.is_array())
    for (const Json& part : content)
      if (part.is_object() && part.contains("text") && part["text"].is_string()) out += part["text"].get<std::string>();
  return out;
}

Json field(const Json& body, const char* name) {
  const auto found = body.find(name);
  return found == body.end() ? Json(nullptr) : *found;
}

/// What a lie says in place of `truth`, else that.
const Json& claimed(const Json& chunk, const char* lie, const char* truth) {
  return chunk.contains(lie) ? chunk[lie] : chunk[truth];
}

Json logprob_entry(const Json& chunk) {
  return {{"token", claimed(chunk, "claimed_token", "text")},
          {"logprob", chunk["logprob"]},
          {"bytes", nullptr},
          {"top_logprobs", chunk["top_logprobs"]}};
}

Json message(const Json& text, const Json& thought = nullptr, const Json& calls = nullptr) {
  return {{"role", "assistant"}, {"content", text},         {"reasoning_content", thought}, {"name", nullptr},
          {"tool_calls", calls}, {"tool_call_id", nullptr}, {"function_call", nullptr}};
}

/// The calls of a chunk as an answer has them; null when there are none.
Json calls_of(const Json& chunk) {
  if (!chunk.contains("tool_calls")) return nullptr;
  Json out = Json::array();
  for (const Json& call : chunk["tool_calls"])
    out.push_back({{"id", call["id"]}, {"index", out.size()}, {"type", "function"}, {"function", call}});
  return out;
}

Json delta_of(const Json& chunk) {
  if (chunk.contains("tool_calls")) return message(nullptr, nullptr, calls_of(chunk));
  return chunk["is_thinking"] == true ? message(nullptr, chunk["text"]) : message(chunk["text"]);
}

Json or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

/// Bench shows the memory in camelCase, the rest of the numbers in snake_case.
Json with_camel_memory(Json stats) {
  if (stats.is_object()) stats["peak_memory_usage"] = to_camel(stats["peak_memory_usage"]);
  return stats;
}

}  // namespace

Json task_params_of_chat(const Json& body, bool bench, bool is_main) {
  Json input = Json::array(), shown = Json::array(), instructions;
  for (const Json& said : body["messages"]) {
    const std::string role = said.is_object() && said.contains("role") && said["role"].is_string()
                                 ? said["role"].get<std::string>()
                                 : "user";
    const std::string text = said.is_object() && said.contains("content") ? text_of_content(said["content"]) : "";
    shown.push_back({{"role", role}, {"content", text}});
    if (role == "system" || role == "developer")
      instructions = text;
    else
      input.push_back({{"role", role}, {"content", text}});
  }
  Json temperature = field(body, "temperature");
  if (temperature.is_number()) temperature = temperature.get<double>();
  Json out = {{"model", body["model"]},
              {"input", input},
              {"instructions", instructions},
              {"max_output_tokens", field(body, "max_tokens")},
              {"temperature", temperature},
              {"top_p", field(body, "top_p")},
              {"stream", field(body, "stream") == true},
              {"tools", field(body, "tools")},
              {"bench", bench},
              {"use_prefix_cache", field(body, "use_prefix_cache") == true},
              {"top_k", field(body, "top_k")},
              {"stop", field(body, "stop")},
              {"seed", field(body, "seed")},
              {"chat_template_messages", shown},
              {"reasoning_effort", field(body, "reasoning_effort")},
              {"enable_thinking", field(body, "enable_thinking")},
              {"logprobs", field(body, "logprobs") == true},
              {"top_logprobs", field(body, "top_logprobs")},
              {"min_p", field(body, "min_p")},
              {"repetition_penalty", field(body, "repetition_penalty")},
              {"repetition_context_size", field(body, "repetition_context_size")},
              {"presence_penalty", field(body, "presence_penalty")},
              {"frequency_penalty", field(body, "frequency_penalty")},
              {"images", Json::array()},
              {"image_hashes", Json::object()}};
  if (is_main) out["prefill_endpoint"] = nullptr;
  return out;
}

std::string ChatAnswer::frame(const Json& chunk) const {
  const bool last = !chunk["finish_reason"].is_null();
  const bool has_logprob = chunk.contains("logprob") && !chunk["logprob"].is_null();
  const Json logprobs = has_logprob ? Json{{"content", Json::array({logprob_entry(chunk)})}} : Json(nullptr);
  const Json choice = {{"index", 0},
                       {"delta", delta_of(chunk)},
                       {"logprobs", logprobs},
                       {"finish_reason", claimed(chunk, "claimed_reason", "finish_reason")},
                       {"usage", nullptr}};
  Json whole = {{"id", id},
                {"object", says_chunk ? "chat.completion.chunk" : "chat.completion"},
                {"created", created},
                {"model", model},
                {"choices", Json::array({choice})},
                {"usage", last ? chunk["usage"] : Json(nullptr)},
                {"service_tier", nullptr}};
  if (lies) lies->bend(whole);
  return "data: " + text_of(is_main ? without_nulls(whole) : whole) + "\n\n";
}

std::string ChatAnswer::stats_comment(const Json& stats) {
  return ": generation_stats " + text_of(stats) + "\n\n";
}

std::string ChatAnswer::error_frames(const std::string& text) const {
  const Json error = {
      {"error", {{"message", text}, {"type", "InternalServerError"}, {"param", nullptr}, {"code", 500}}}};
  return "data: " + text_of(is_main ? without_nulls(error) : error) + "\n\n";
}

void CollectedAnswer::add(const Json& chunk) {
  if (chunk.contains("tool_calls")) tool_calls = calls_of(chunk);
  if (chunk.contains("text")) (chunk["is_thinking"] == true ? thought : text) += chunk["text"].get<std::string>();
  if (chunk.contains("logprob") && !chunk["logprob"].is_null()) logprobs.push_back(logprob_entry(chunk));
  if (chunk["finish_reason"].is_null()) return;
  usage = chunk["usage"];
  stats = chunk["stats"];
  finish_reason = chunk["finish_reason"];
}

Json CollectedAnswer::chat(const ChatAnswer& answer) const {
  const Json logs = logprobs.empty() ? Json(nullptr) : Json{{"content", logprobs}};
  Json choices = Json::array();
  for (int i = 0; i < answer.choices; ++i)
    choices.push_back({{"index", i},
                       {"message", message(text, or_null(thought), tool_calls)},
                       {"logprobs", logs},
                       {"finish_reason", finish_reason}});
  Json whole = {{"id", answer.id},        {"object", "chat.completion"}, {"created", answer.created},
                {"model", answer.model},  {"choices", choices},          {"usage", usage},
                {"service_tier", nullptr}};
  if (answer.lies) answer.lies->bend(whole);
  return answer.is_main ? without_nulls(whole) : whole;
}

Json CollectedAnswer::bench(const ChatAnswer& answer, double seconds) const {
  const Json choice = {{"index", 0},
                       {"message", message(text, or_null(thought))},
                       {"logprobs", nullptr},
                       {"finish_reason", finish_reason}};
  Json power = {{"elapsed_seconds", seconds},
                {"nodes", Json::array()},
                {"total_avg_sys_power_watts", 0.0},
                {"total_energy_joules", 0.0}};
  if (answer.is_main) {
    power["prefill_seconds"] = seconds / 2;
    power["generation_seconds"] = seconds / 2;
    for (const char* name : {"prefill_energy_joules", "generation_energy_joules", "prefill_avg_sys_power_watts",
                             "generation_avg_sys_power_watts"})
      power[name] = 0.0;
  }
  return {{"id", answer.id},
          {"object", "chat.completion"},
          {"created", answer.created},
          {"model", answer.model},
          {"choices", Json::array({choice})},
          {"usage", nullptr},
          {"service_tier", nullptr},
          {"generation_stats", with_camel_memory(stats)},
          {"power_usage", power}};
}

}  // namespace exo_harness::fake

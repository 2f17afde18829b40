// Answers that are changed on their way, one thing at a time. Each is what a suite has to find out.
#include "api/wire_lies.h"

#include <algorithm>

#include "world/ids.h"

namespace exo_harness::fake {
namespace {

constexpr std::size_t kBent = 2;  // The frame of a stream whose text is changed.

/// The last of the stop strings.
std::string stop_of(const Json& request) {
  if (!request.contains("stop")) return "";
  const Json& stop = request["stop"];
  if (stop.is_string()) return stop;
  return stop.is_array() && !stop.empty() ? stop.back().get<std::string>() : "";
}

/// UTF-8 that was taken for Latin-1 and written as UTF-8 once more.
std::string twice_encoded(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xc0 | (byte >> 6));
      out += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  return out;
}

std::string without_spaces_around(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \n"), end = text.find_last_not_of(" \n");
  return begin == text.npos ? "" : text.substr(begin, end + 1 - begin);
}

void count_on(Json& count, int more) {
  if (count.is_number()) count = count.get<int>() + more;
}

}  // namespace

const std::vector<std::string>& WireLies::known() {
  static const std::vector<std::string> kKnown = {
      // Of the whole answer.
      "id-for-all", "ids-in-stream", "no-choices", "object", "other-model", "other-model-in-stream", "role",
      "role-in-stream",
      // Of the counts.
      "cached-claim", "cached-too-many", "count-less", "count-more", "count-more-in-stream", "history-count",
      "no-usage", "no-usage-in-stream", "prompt-count-fixed", "total",
      // Of the text.
      "chatty", "doubled-in-stream", "error-as-text", "lost-begin", "lost-end", "lost-in-stream", "order-in-stream",
      "thought-twice", "trimmed-in-stream", "twice-encoded",
      // Of the end.
      "done-early", "end-mark-s", "limit-at-stop", "no-done", "no-reason", "reason-other", "stop-at-limit", "stop-kept",
      // Of log-probabilities.
      "logprobs-chosen", "logprobs-fewer", "logprobs-missing", "logprobs-positive", "logprobs-short",
      "logprobs-unsorted",
      // Of calls.
      "call-also-as-text", "call-empty", "call-twice"};
  return kKnown;
}

WireLies::WireLies(Faults& faults, bool stream, Json request) : stream_(stream), request_(std::move(request)) {
  for (const std::string& what : known())
    if (faults.take("lies", {{"about", what}})) about_.insert(what);
}

void WireLies::bend(Json& whole) {
  if (about_.empty()) return;
  bend_head(whole);
  if (whole.contains("usage") && whole["usage"].is_object()) bend_usage(whole["usage"]);
  if (in_answer("no-usage") || in_stream("no-usage-in-stream")) whole["usage"] = nullptr;
  if (in_answer("no-choices")) whole["choices"] = Json::array();
  for (Json& choice : whole["choices"]) bend_choice(choice);
  ++frames_;
}

void WireLies::bend_head(Json& whole) const {
  if (about("id-for-all")) whole["id"] = "chatcmpl-1";
  if (in_stream("ids-in-stream") && frames_ == kBent) whole["id"] = new_uuid();
  if (in_answer("other-model") || (in_stream("other-model-in-stream") && frames_ == kBent))
    whole["model"] = "mlx-community/Qwen3-0.6B-4bit";
  if (in_answer("object")) whole["object"] = "text_completion";
}

void WireLies::bend_usage(Json& usage) const {
  const int more = in_answer("count-more") || in_stream("count-more-in-stream") ? 1 : in_answer("count-less") ? -1 : 0;
  count_on(usage["completion_tokens"], more);
  count_on(usage["total_tokens"], more);
  if (about("total")) count_on(usage["total_tokens"], 1);
  if (about("prompt-count-fixed") || (about("history-count") && request_["messages"].size() > 1)) {
    usage["prompt_tokens"] = 20;
    usage["total_tokens"] = 20 + usage["completion_tokens"].get<int>();
    usage["prompt_tokens_details"]["cached_tokens"] = 0;
  }
  const int prompt = usage["prompt_tokens"].get<int>();
  if (about("cached-claim")) usage["prompt_tokens_details"]["cached_tokens"] = prompt - 2;
  if (about("cached-too-many")) usage["prompt_tokens_details"]["cached_tokens"] = prompt + 5;
}

void WireLies::bend_choice(Json& choice) {
  Json& said = choice[stream_ ? "delta" : "message"];
  if (in_answer("role") || in_stream("role-in-stream")) said["role"] = "user";
  if (said.contains("tool_calls") && said["tool_calls"].is_array()) bend_calls(said["tool_calls"]);
  if (about("call-also-as-text") && said.contains("tool_calls") && said["tool_calls"].is_array())
    said["content"] = "<tool_call>" + text_of(said["tool_calls"][0]["function"]) + "</tool_call>";
  if (said.contains("content") && said["content"].is_string()) {
    std::string text = said["content"];
    bend_text(text);
    if (in_answer("thought-twice") && said["reasoning_content"].is_string())
      text = said["reasoning_content"].get<std::string>() + text;
    bend_end(choice, text);
    said["content"] = text;
  }
  const bool has_rows = choice.contains("logprobs") && choice["logprobs"].is_object();
  if (has_rows) bend_logprobs(choice["logprobs"]["content"]);
  if (about("logprobs-missing")) choice["logprobs"] = nullptr;
}

void WireLies::bend_text(std::string& text) {
  if (in_stream("trimmed-in-stream")) text = without_spaces_around(text);
  if (about("twice-encoded")) text = twice_encoded(text);
  if (in_answer("error-as-text")) text = "Internal Server Error";
  if (about("chatty") && frames_ == 0) text = "Okay, let me think. The user asks something simple. I answer. " + text;
  if (in_answer("lost-begin")) text.erase(0, 1);
  if (in_answer("lost-end") && !text.empty()) text.pop_back();
  if (stream_) bend_pieces(text);
}

void WireLies::bend_pieces(std::string& text) {
  if (about("order-in-stream") && frames_ == kBent + 1) text += kept_;
  if (frames_ != kBent) return;
  kept_ = text;
  if (about("doubled-in-stream")) text += text;
  if (about("lost-in-stream") || about("order-in-stream")) text.clear();
}

void WireLies::bend_end(Json& choice, std::string& text) const {
  if (!choice.contains("finish_reason") || !choice["finish_reason"].is_string()) return;
  Json& reason = choice["finish_reason"];
  if (about("stop-kept") && reason == "stop") text += stop_of(request_);
  if (about("end-mark-s")) text += "</s>";
  if (about("stop-at-limit") && reason == "length") {
    reason = "stop";
  } else if (about("limit-at-stop") && reason == "stop") {
    reason = "length";
  }
  if (about("reason-other")) reason = "content_filter";
  if (about("no-reason")) reason = nullptr;
}

void WireLies::bend_logprobs(Json& rows) const {
  if (in_answer("logprobs-short") && rows.size() > 1) rows.erase(rows.size() - 1);
  for (Json& row : rows) {
    if (about("logprobs-positive")) row["logprob"] = 0.25;
    if (about("logprobs-chosen")) row["logprob"] = row["logprob"].get<double>() - 1;
    Json& top = row["top_logprobs"];
    if (about("logprobs-fewer") && !top.empty()) top.erase(top.size() - 1);
    if (about("logprobs-unsorted") && top.size() > 2) std::swap(top[1], top[top.size() - 1]);
  }
}

void WireLies::bend_calls(Json& calls) const {
  if (calls.empty()) return;
  if (about("call-empty")) calls[0]["function"]["arguments"] = "{}";
  if (!about("call-twice")) return;
  Json again = calls[0];
  again["id"] = new_uuid();
  again["index"] = calls.size();
  calls.push_back(again);
}

}  // namespace exo_harness::fake

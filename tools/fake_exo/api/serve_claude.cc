#include "api/dialect.h"

namespace exo_harness::fake {
namespace {

/// `/v1/messages`: one block for the thought, one for the text, one a call.
class ClaudeWriter : public EventWriter {
 public:
  ClaudeWriter(DialectAnswer answer, Json stops) : EventWriter(std::move(answer)), stops_(std::move(stops)) {}

 private:
  void begin_stream(Exchange& exchange) override {
    event(exchange, "message_start", {{"message", message(Json::array(), nullptr)}});
  }
  void piece(Exchange& exchange, const Json& chunk) override {
    if (chunk.contains("tool_calls"))
      for (const Json& call : chunk["tool_calls"]) write_call(exchange, call);
    if (!chunk.contains("text")) return;
    const bool is_thought = chunk["is_thinking"] == true;
    if (!is_thought && thought_ >= 0 && text_ < 0 && !thought_ended_) end_thought(exchange);
    int& block = is_thought ? thought_ : text_;
    if (block < 0) start_block(exchange, block = next_++, is_thought ? thought_block("") : text_block(""));
    const Json delta = is_thought ? Json{{"type", "thinking_delta"}, {"thinking", chunk["text"]}}
                                  : Json{{"type", "text_delta"}, {"text", chunk["text"]}};
    event(exchange, "content_block_delta", {{"index", block}, {"delta", delta}});
  }
  /// Exo leaves the thought before it open.
  void write_call(Exchange& exchange, const Json& call) {
    if (thought_ >= 0 && text_ < 0 && !thought_ended_ && is_mended("claude-open-thought")) end_thought(exchange);
    const int block = next_++;
    start_block(exchange, block, call_block(call, Json::object()));
    event(exchange, "content_block_delta",
          {{"index", block}, {"delta", {{"type", "input_json_delta"}, {"partial_json", call["arguments"]}}}});
    stop_block(exchange, block);
  }
  void end_stream(Exchange& exchange) override {
    if (thought_ >= 0 && text_ < 0 && !thought_ended_) end_thought(exchange);
    if (text_ >= 0) stop_block(exchange, text_);
    if (thought_ < 0 && text_ < 0) write_empty_block(exchange);
    Json counts = {{"output_tokens", tokens("completion_tokens")}};
    if (is_mended("claude-prompt-count")) counts["input_tokens"] = tokens("prompt_tokens");
    event(exchange, "message_delta",
          {{"delta", {{"stop_reason", reason()}, {"stop_sequence", stop_sequence()}}}, {"usage", counts}});
    event(exchange, "message_stop", Json::object());
  }
  /// Exo gives it the index 0, also behind calls that had it.
  void write_empty_block(Exchange& exchange) {
    const int block = is_mended("claude-blocks") ? next_ : 0;
    start_block(exchange, block, text_block(""));
    stop_block(exchange, block);
  }
  void end_thought(Exchange& exchange) {
    stop_block(exchange, thought_);
    thought_ended_ = true;
  }
  Json whole() const override {
    Json content = Json::array();
    if (!collected_.thought.empty()) content.push_back(thought_block(collected_.thought));
    if (!collected_.text.empty()) content.push_back(text_block(collected_.text));
    if (collected_.tool_calls.is_array())
      for (const Json& call : collected_.tool_calls)
        content.push_back(call_block(call["function"], arguments_of(call["function"])));
    if (content.empty()) content.push_back(text_block(""));
    return message(content, reason());
  }

  static void start_block(Exchange& exchange, int block, const Json& content) {
    event(exchange, "content_block_start", {{"index", block}, {"content_block", content}});
  }
  static void stop_block(Exchange& exchange, int block) { event(exchange, "content_block_stop", {{"index", block}}); }
  static Json text_block(const std::string& text) { return {{"type", "text"}, {"text", text}}; }
  static Json thought_block(const std::string& thought) {
    return {{"type", "thinking"}, {"thinking", thought}, {"signature", nullptr}};
  }
  static Json call_block(const Json& call, const Json& input) {
    return {{"type", "tool_use"},
            {"id", "toolu_" + call["id"].get<std::string>()},
            {"name", call["name"]},
            {"input", input}};
  }

  bool ended_by_stop() const {
    return collected_.finish_reason == "stop" && !stops_.empty() && is_mended("claude-stop-sequence");
  }
  Json stop_sequence() const { return ended_by_stop() ? stops_.front() : Json(nullptr); }
  Json reason() const {
    if (collected_.finish_reason.is_null()) return nullptr;
    if (ended_by_stop()) return "stop_sequence";
    if (collected_.finish_reason == "length") return "max_tokens";
    return collected_.finish_reason == "tool_calls" ? "tool_use" : "end_turn";
  }
  Json message(const Json& content, const Json& stop_reason) const {
    return {{"id", "msg_" + answer_->id},
            {"type", "message"},
            {"role", "assistant"},
            {"content", content},
            {"model", answer_->model},
            {"stop_reason", stop_reason},
            {"stop_sequence", stop_sequence()},
            {"usage", {{"input_tokens", tokens("prompt_tokens")}, {"output_tokens", tokens("completion_tokens")}}}};
  }

  Json stops_;
  int thought_ = -1, text_ = -1, next_ = 0;  // Index of the block; -1: it has not begun.
  bool thought_ended_ = false;
};

}  // namespace

bool serve_claude(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  using Kind = Field::Kind;
  const Checked checked = check_body(
      request, {{"model", Kind::text, true}, {"max_tokens", Kind::integer, true}, {"messages", Kind::list, true}});
  if (!checked.good()) return send_detail(*exchange, checked.detail), true;
  const bool keeps_text = api.context().faults.take("mended", {{"what", "claude-text-beside-result"}}).has_value();
  answer_chat<ClaudeWriter>(api, exchange, chat_of_claude(checked.body, keeps_text),
                            checked.body.value("stop_sequences", Json::array()));
  return true;
}

}  // namespace exo_harness::fake

#include "api/dialect.h"

namespace exo_harness::fake {
namespace {

/// `/v1/responses`: an item for the thought, one for the text, one a call.
class ResponsesWriter : public EventWriter {
 public:
  using EventWriter::EventWriter;

 private:
  void begin_stream(Exchange& exchange) override {
    numbered(exchange, "response.created", {{"response", response("in_progress")}});
    numbered(exchange, "response.in_progress", {{"response", response("in_progress")}});
  }
  void piece(Exchange& exchange, const Json& chunk) override {
    if (chunk.contains("tool_calls"))
      for (const Json& call : chunk["tool_calls"]) write_call(exchange, call);
    if (!chunk.contains("text")) return;
    if (chunk["is_thinking"] == true) return write_thought(exchange, chunk["text"]);
    if (message_ < 0) begin_message(exchange);
    numbered(exchange, "response.output_text.delta", of_the_part({{"delta", chunk["text"]}}));
  }
  void write_thought(Exchange& exchange, const std::string& text) {
    if (thought_ < 0) {
      thought_ = next_++;
      add_item(exchange, thought_, thought("", "in_progress"));
      numbered(exchange, "response.reasoning_summary_part.added", of_the_thought({{"part", summary("")}}));
    }
    numbered(exchange, "response.reasoning_summary_text.delta", of_the_thought({{"delta", text}}));
  }
  void end_thought(Exchange& exchange) {
    const std::string& text = collected_.thought;
    numbered(exchange, "response.reasoning_summary_text.done", of_the_thought({{"text", text}}));
    numbered(exchange, "response.reasoning_summary_part.done", of_the_thought({{"part", summary(text)}}));
    end_item(exchange, thought_, thought(text, "completed"));
  }
  void begin_message(Exchange& exchange) {
    if (thought_ >= 0) end_thought(exchange);
    message_ = next_++;
    add_item(exchange, message_, item("", "in_progress"));
    numbered(exchange, "response.content_part.added", of_the_part({{"part", part("")}}));
  }
  void write_call(Exchange& exchange, const Json& call) {
    const int at = next_++;
    add_item(exchange, at, call_item(call, "", "in_progress"));
    const Json of_it = {{"item_id", "fc_" + call["id"].get<std::string>()}, {"output_index", at}};
    Json delta = of_it, whole = of_it;
    delta["delta"] = call["arguments"];
    whole["name"] = call["name"];
    whole["arguments"] = call["arguments"];
    numbered(exchange, "response.function_call_arguments.delta", delta);
    numbered(exchange, "response.function_call_arguments.done", whole);
    end_item(exchange, at, call_item(call, call["arguments"], "completed"));
  }
  void end_stream(Exchange& exchange) override {
    const bool calls_come_last = message_ >= 0 || !is_mended("responses-output-index");
    if (message_ < 0) begin_message(exchange);
    numbered(exchange, "response.output_text.done", of_the_part({{"text", collected_.text}}));
    numbered(exchange, "response.content_part.done", of_the_part({{"part", part(collected_.text)}}));
    end_item(exchange, message_, item(collected_.text, "completed"));
    numbered(exchange, "response.completed", {{"response", response(end_status(), calls_come_last)}});
  }
  Json whole() const override { return response(end_status()); }

  void add_item(Exchange& exchange, int at, const Json& added) {
    numbered(exchange, "response.output_item.added", {{"output_index", at}, {"item", added}});
  }
  void end_item(Exchange& exchange, int at, const Json& ended) {
    numbered(exchange, "response.output_item.done", {{"output_index", at}, {"item", ended}});
  }
  void numbered(Exchange& exchange, const std::string& type, const Json& fields) {
    Json body = {{"sequence_number", ++sequence_}};
    body.update(fields);
    event(exchange, type, body);
  }
  Json of_the_part(const Json& fields) const {
    Json body = {{"item_id", "item_" + answer_->id}, {"output_index", message_}, {"content_index", 0}};
    body.update(fields);
    return body;
  }
  Json of_the_thought(const Json& fields) const {
    Json body = {{"item_id", "rs_" + answer_->id}, {"output_index", thought_}, {"summary_index", 0}};
    body.update(fields);
    return body;
  }
  static Json part(const std::string& text) {
    return {{"type", "output_text"}, {"text", text}, {"annotations", Json::array()}};
  }
  static Json summary(const std::string& text) { return {{"type", "summary_text"}, {"text", text}}; }
  Json thought(const std::string& text, const std::string& status) const {
    const Json parts = text.empty() ? Json::array() : Json::array({summary(text)});
    return {{"type", "reasoning"}, {"id", "rs_" + answer_->id}, {"summary", parts}, {"status", status}};
  }
  Json item(const std::string& text, const std::string& status) const {
    return {{"type", "message"},
            {"id", "item_" + answer_->id},
            {"role", "assistant"},
            {"content", Json::array({part(text)})},
            {"status", status}};
  }
  /// Ids of calls have a prefix in streams only.
  Json call_item(const Json& call, const std::string& arguments, const std::string& status) const {
    const std::string id = call["id"];
    return {{"type", "function_call"}, {"id", stream_ ? "fc_" + id : id}, {"call_id", stream_ ? "call_" + id : id},
            {"name", call["name"]},    {"arguments", arguments},          {"status", status}};
  }
  Json usage() const {
    const Json& counts = collected_.usage;
    if (!counts.is_object()) return nullptr;
    return {{"input_tokens", tokens("prompt_tokens")},
            {"input_tokens_details", {{"cached_tokens", counts["prompt_tokens_details"]["cached_tokens"]}}},
            {"output_tokens", tokens("completion_tokens")},
            {"output_tokens_details", {{"reasoning_tokens", counts["completion_tokens_details"]["reasoning_tokens"]}}},
            {"total_tokens", tokens("total_tokens")}};
  }
  /// Exo says that all is there, also of what its limit cut.
  std::string end_status() const {
    if (lies_->about("dialect-status")) return "cancelled";
    return collected_.finish_reason == "length" && is_mended("responses-status") ? "incomplete" : "completed";
  }
  Json output(bool calls_come_last) const {
    Json items = Json::array(), calls = Json::array();
    if (collected_.tool_calls.is_array() && !(stream_ && lies_->about("dialect-end-lost")))
      for (const Json& call : collected_.tool_calls)
        calls.push_back(call_item(call["function"], call["function"]["arguments"], "completed"));
    if (stream_ && lies_->about("dialect-end-call"))
      for (Json& call : calls) call["arguments"] = R"({"city": "Rome", "days": 3})";
    if (!collected_.thought.empty()) items.push_back(thought(collected_.thought, "completed"));
    if (!calls_come_last) items.insert(items.end(), calls.begin(), calls.end());
    items.push_back(item(collected_.text, "completed"));
    if (calls_come_last) items.insert(items.end(), calls.begin(), calls.end());
    return items;
  }
  Json response(const std::string& status, bool calls_come_last = true) const {
    const bool is_over = status != "in_progress";
    Json out = {{"id", "resp_" + answer_->id},    {"object", "response"},
                {"created_at", answer_->created}, {"status", status},
                {"model", answer_->model},        {"output", is_over ? output(calls_come_last) : Json::array()},
                {"output_text", collected_.text}, {"usage", is_over ? usage() : Json(nullptr)}};
    if (status == "incomplete") out["incomplete_details"] = {{"reason", "max_output_tokens"}};
    return answer_->is_main ? without_nulls(out) : out;
  }

  int sequence_ = 0;
  int thought_ = -1, message_ = -1, next_ = 0;  // Index of the item; -1: it has not begun.
};

}  // namespace

bool serve_responses(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  using Kind = Field::Kind;
  const Checked checked = check_body(request, {{"model", Kind::text, true}, {"input", Kind::any, true}});
  if (!checked.good()) return send_detail(*exchange, checked.detail), true;
  answer_chat<ResponsesWriter>(api, exchange, chat_of_responses(checked.body));
  return true;
}

}  // namespace exo_harness::fake

// Answers of `/ollama/api/chat`. Source: contract 9, Ollama's api.md.
#include "dialect_reading.h"

namespace exo_harness::exo {
namespace {

class OllamaReading : public DialectReading {
 public:
  void take_whole(const Node& root) override { take_event("", root); }

  void take_event(const std::string&, const Node& event) override {
    if (const auto error = event.find("error")) return fail_with(error->json().dump());
    if (ended_) note_odd("a line behind the one that is done");
    answer().model = event.text_or_empty("model");
    const auto message = event.find("message");
    if (message) read_message(*message);
    if (!event.flag_or("done", false)) return;
    ended_ = true;
    read_end(event, message ? message->text_or_empty("content") : "");
  }

 private:
  void read_message(const Node& message) {
    answer().role = message.text_or_empty("role");
    add_thought(message.text_or_empty("thinking"));
    add_text(message.text_or_empty("content"));
    if (const auto calls = message.find("toolCalls"))
      for (const Node& call : calls->items()) read_call(call.at("function"), call.text_or_empty("id"));
  }

  /// Ollama's calls have no id of their own.
  void read_call(const Node& function, const std::string& id) {
    const Json& arguments = function.at("arguments").json();
    if (!arguments.is_object()) note_odd("the arguments of a call are no object");
    const std::string number = "call_" + std::to_string(calls_);
    add_call(calls_++, id.empty() ? number : id, function.at("name").text(),
             arguments.is_string() ? arguments.get<std::string>() : arguments.dump());
  }

  /// Ollama itself says `stop` behind a call.
  void read_end(const Node& event, const std::string& content) {
    const std::string reason = event.text_or_empty("doneReason");
    if (reason == "error") return fail_with(content);
    const bool is_call = reason == "stop" && calls_ > 0;
    stop_because(reason, {{"tool_call", "tool_calls"}, {"stop", is_call ? "tool_calls" : "stop"}});
    if (!event.find("promptEvalCount") && !event.find("evalCount")) return;
    usage().prompt_tokens = event.number_or_zero("promptEvalCount");
    usage().completion_tokens = event.number_or_zero("evalCount");
  }
};

}  // namespace

std::unique_ptr<DialectReading> ollama_reading() {
  return std::make_unique<OllamaReading>();
}

}  // namespace exo_harness::exo

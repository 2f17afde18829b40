// Answers of `/v1/responses`. Source: contract 9, OpenAI's reference of responses and of their streams.
#include "exo_harness/core/format.h"

#include "dialect_reading.h"

namespace exo_harness::exo {
namespace {

/// What the items of a response say together.
struct Said {
  std::string text, thought;
  std::vector<std::string> ids;
};

std::string joined(const Node& item, const char* parts) {
  std::string out;
  if (const auto all = item.find(parts))
    for (const Node& part : all->items()) out += part.text_or_empty("text");
  return out;
}

Said said_in(const Node& response) {
  Said said;
  for (const Node& item : response.at("output").items()) {
    const std::string type = item.at("type").text();
    said.ids.push_back(item.text_or_empty("id"));
    if (type == "message") said.text += joined(item, "content");
    if (type == "reasoning") said.thought += joined(item, "summary") + joined(item, "content");
  }
  return said;
}

class ResponsesReading : public DialectReading {
 public:
  void take_whole(const Node& root) override {
    read_head(root);
    const Said said = said_in(root);
    add_thought(said.thought);
    add_text(said.text);
    for (const Node& item : root.at("output").items())
      if (item.at("type").text() == "function_call") add_call_of(item);
    if (root.find("outputText") && root.text_or_empty("outputText") != said.text)
      note_odd("output_text is not the text of the items");
    read_end(root);
  }

  void take_event(const std::string& name, const Node& event) override {
    const std::string type = event.at("type").text();
    if (name != type) note_odd(format("the event `{}` says that it is `{}`", name, type));
    if (ended_) note_odd(format("`{}` behind the end", type));
    count(event);
    if (type == "response.created") read_head(event.at("response"));
    if (type == "response.output_item.added") start_item(event);
    if (type == "response.output_text.delta") add_text(event.at("delta").text());
    if (type == "response.reasoning_summary_text.delta" || type == "response.reasoning_text.delta")
      add_thought(event.at("delta").text());
    if (type == "response.function_call_arguments.delta") continue_call(event);
    if (type == "error") fail_with(event.text_or_empty("message"));
    if (type == "response.completed" || type == "response.incomplete" || type == "response.failed")
      end_with(event.at("response"));
  }

 private:
  void read_head(const Node& response) {
    answer().id = response.text_or_empty("id");
    answer().model = response.text_or_empty("model");
    answer().role = "assistant";
    if (const auto created = response.find("createdAt")) answer().created = created->integer(0, 1LL << 62);
  }

  void count(const Node& event) {
    const int number = event.at("sequenceNumber").number();
    if (last_number_ && number != *last_number_ + 1)
      note_odd(format("event {} comes behind {}", number, *last_number_));
    last_number_ = number;
  }

  void add_call_of(const Node& item) {
    add_call(calls_++, item.text_or_empty("callId"), item.at("name").text(), item.text_or_empty("arguments"));
  }

  void start_item(const Node& event) {
    const auto index = static_cast<std::size_t>(event.at("outputIndex").number());
    const Node item = event.at("item");
    if (index != ids_.size()) note_odd(format("item {} starts, {} is next", index, ids_.size()));
    ids_.push_back(item.text_or_empty("id"));
    if (item.at("type").text() != "function_call") return;
    call_at_[index] = calls_;
    add_call_of(item);
  }

  void continue_call(const Node& event) {
    const auto call = call_at_.find(static_cast<std::size_t>(event.at("outputIndex").number()));
    if (call == call_at_.end()) return note_odd("arguments of an item that is no call");
    add_call(call->second, "", "", event.at("delta").text());
  }

  /// What the events said must be what the response at the end says.
  void end_with(const Node& response) {
    ended_ = true;
    const Said said = said_in(response);
    if (said.text != answer().content) note_odd("the response at the end has another text than its stream");
    if (said.thought != answer().reasoning) note_odd("the response at the end has another thought than its stream");
    for (std::size_t i = 0; i < ids_.size(); ++i)
      if (i >= said.ids.size() || said.ids[i] != ids_[i])
        note_odd(format("item {} of the stream is not item {} of the response at its end", i, i));
    read_end(response);
  }

  void read_end(const Node& response) {
    std::string status = response.text_or_empty("status");
    const auto error = response.find("error");
    if (status == "failed" || error) return fail_with(error ? error->text_or_empty("message") : "");
    if (const auto why = response.find("incompleteDetails")) status += ": " + why->text_or_empty("reason");
    stop_because(status,
                 {{"completed", calls_ > 0 ? "tool_calls" : "stop"}, {"incomplete: max_output_tokens", "length"}});
    const auto counts = response.find("usage");
    if (!counts) return;
    usage().prompt_tokens = counts->number_or_zero("inputTokens");
    usage().completion_tokens = counts->number_or_zero("outputTokens");
    if (const auto more = counts->find("inputTokensDetails"))
      usage().cached_tokens = more->number_or_zero("cachedTokens");
    if (const auto more = counts->find("outputTokensDetails"))
      usage().reasoning_tokens = more->number_or_zero("reasoningTokens");
  }

  std::vector<std::string> ids_;                // Of the items, as they began.
  std::map<std::size_t, std::size_t> call_at_;  // Number of the call that is that item.
  std::optional<int> last_number_;
};

}  // namespace

std::unique_ptr<DialectReading> responses_reading() {
  return std::make_unique<ResponsesReading>();
}

}  // namespace exo_harness::exo

// Answers of `/v1/responses`. Source: contract 9, OpenAI's reference of responses and of their streams.
#include <algorithm>
#include <compare>
#include <iterator>

#include "exo_harness/core/format.h"

#include "dialect_reading.h"

namespace exo_harness::exo {
namespace {

constexpr const char* kOtherOrder = "the response at the end has the items of its stream in another order";

/// What must be the same of an item in the events and at the end; beside the texts, which are compared as a whole.
struct Item {
  std::string id, type;
  std::string call_id, name, arguments;  // Of a call.

  auto operator<=>(const Item&) const = default;
};

Item item_of(const Node& node) {
  const std::string type = node.at("type").text();
  if (type != "function_call") return {node.text_or_empty("id"), type, "", "", ""};
  return {node.text_or_empty("id"), type, node.text_or_empty("callId"), node.at("name").text(),
          node.text_or_empty("arguments")};
}

std::string shown_item(const Item& item) {
  return item.type + " " + item.id + (item.name.empty() ? "" : " " + item.name + "(" + item.arguments + ")");
}

/// What the items of a response say together.
struct Said {
  std::string text, thought;
  std::vector<Item> items;
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
    said.items.push_back(item_of(item));
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
      if (item.at("type").text() == "function_call") add_call_of(item_of(item));
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
    if (type == "response.function_call_arguments.done") end_call(event);
    if (type == "error") fail_with(event.text_or_empty("message"));
    if (type == "response.completed" || type == "response.incomplete" || type == "response.failed")
      end_with(event.at("response"), type == "response.failed");
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

  void add_call_of(const Item& item) { add_call(calls_++, item.call_id, item.name, item.arguments); }

  void start_item(const Node& event) {
    const auto index = static_cast<std::size_t>(event.at("outputIndex").number());
    if (index != items_.size()) note_odd(format("item {} starts, {} is next", index, items_.size()));
    items_.push_back(item_of(event.at("item")));
    if (items_.back().type != "function_call") return;
    call_at_[index] = {calls_, items_.size() - 1};
    add_call_of(items_.back());
  }

  void continue_call(const Node& event) {
    const auto call = call_at_.find(static_cast<std::size_t>(event.at("outputIndex").number()));
    if (call == call_at_.end()) return note_odd("arguments of an item that is no call");
    const std::string piece = event.at("delta").text();
    items_[call->second.item].arguments += piece;
    add_call(call->second.number, "", "", piece);
  }

  void end_call(const Node& event) {
    const auto call = call_at_.find(static_cast<std::size_t>(event.at("outputIndex").number()));
    if (call == call_at_.end()) return note_odd("the end of an item that is no call");
    if (event.at("arguments").text() != items_[call->second.item].arguments)
      note_odd("the arguments of a call are others at its end than in pieces");
  }

  /// What the events said must be what the response at the end says.
  void end_with(const Node& response, bool failed) {
    ended_ = true;
    const Said said = said_in(response);
    if (said.text != answer().content) note_odd("the response at the end has another text than its stream");
    if (said.thought != answer().reasoning) note_odd("the response at the end has another thought than its stream");
    compare_items(said.items);
    read_end(response, failed);
  }

  void compare_items(std::vector<Item> at_end) {
    if (at_end == items_) return;
    std::vector<Item> begun = items_, lost, new_ones;
    std::sort(begun.begin(), begun.end());
    std::sort(at_end.begin(), at_end.end());
    std::set_difference(begun.begin(), begun.end(), at_end.begin(), at_end.end(), std::back_inserter(lost));
    std::set_difference(at_end.begin(), at_end.end(), begun.begin(), begun.end(), std::back_inserter(new_ones));
    for (const Item& item : lost) note_odd("the response at the end lacks of its stream: " + shown_item(item));
    for (const Item& item : new_ones) note_odd("only the response at the end has: " + shown_item(item));
    if (lost.empty() && new_ones.empty()) note_odd(kOtherOrder);
  }

  void read_end(const Node& response, bool failed = false) {
    std::string status = response.text_or_empty("status");
    const auto error = response.find("error");
    if (failed || status == "failed" || error) return fail_with(error ? error->text_or_empty("message") : "");
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

  struct Call {
    std::size_t number, item;
  };

  std::vector<Item> items_;              // As they began, with the arguments that came since.
  std::map<std::size_t, Call> call_at_;  // The call that is the item of that index.
  std::optional<int> last_number_;
};

}  // namespace

std::unique_ptr<DialectReading> responses_reading() {
  return std::make_unique<ResponsesReading>();
}

}  // namespace exo_harness::exo

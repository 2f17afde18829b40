// Answers of `/v1/messages`. Source: contract 9, Anthropic's reference of messages and of their streams.
#include "exo_harness/core/format.h"

#include "dialect_reading.h"

namespace exo_harness::exo {
namespace {

constexpr std::size_t kMostOpenBlocks =
    16;  // More than one is odd; of a stream that ends none the first are forgotten.

const std::map<std::string, std::string>& claude_reasons() {
  static const std::map<std::string, std::string> kReasons = {
      {"end_turn", "stop"}, {"stop_sequence", "stop"}, {"max_tokens", "length"}, {"tool_use", "tool_calls"}};
  return kReasons;
}

class ClaudeReading : public DialectReading {
 public:
  void take_whole(const Node& root) override {
    if (const auto error = root.find("error")) return fail_with(error->text_or_empty("message"));
    read_head(root);
    for (const Node& block : root.at("content").items()) read_block(block);
    if (const auto reason = root.find("stopReason")) stop_because(reason->text(), claude_reasons());
  }

  void take_event(const std::string& name, const Node& event) override {
    const std::string type = event.at("type").text();
    if (name != type) note_odd(format("the event `{}` says that it is `{}`", name, type));
    if (ended_) note_odd(format("`{}` behind message_stop", type));
    if (type == "message_start") start_message(event);
    if (!has_begun_) note_odd(format("`{}` before message_start", type));
    if (type == "content_block_start") start_block(event);
    if (type == "content_block_delta") continue_block(event);
    if (type == "content_block_stop") stop_block(event);
    if (type == "message_delta") read_delta(event);
    if (type == "error") fail_with(event.at("error").text_or_empty("message"));
    if (type == "message_stop") end_message();
  }

 private:
  void start_message(const Node& event) {
    if (has_begun_) note_odd("a second message_start");
    has_begun_ = true;
    read_head(event.at("message"));
  }
  struct Block {
    std::string type;
    std::size_t call = 0;  // Its number, of a call.
  };

  void read_head(const Node& message) {
    answer().id = message.text_or_empty("id");
    answer().model = message.text_or_empty("model");
    answer().role = message.text_or_empty("role");
    if (const auto counts = message.find("usage")) read_counts(*counts);
  }
  void read_counts(const Node& counts) {
    if (counts.find("inputTokens")) usage().prompt_tokens = counts.number_or_zero("inputTokens");
    usage().completion_tokens = counts.number_or_zero("outputTokens");
  }

  /// Of a whole answer, or at its start in a stream: then a call has no input yet.
  void read_block(const Node& block) {
    const std::string type = block.at("type").text();
    if (type == "text") add_text(block.at("text").text());
    if (type == "thinking") add_thought(block.at("thinking").text());
    if (type != "tool_use") return;
    const Json& input = block.at("input").json();
    if (!input.is_object()) note_odd("the input of a call is no object");
    const bool is_whole = started_ == 0;
    add_call(calls_++, block.text_or_empty("id"), block.at("name").text(),
             is_whole || !input.empty() ? input.dump() : "");
  }

  void start_block(const Node& event) {
    const auto index = static_cast<std::size_t>(event.at("index").number());
    if (index != started_) note_odd(format("block {} starts, {} is next", index, started_));
    for (const auto& [other, block] : open_) note_odd(format("block {} starts while {} is open", index, other));
    if (open_.size() == kMostOpenBlocks) open_.erase(open_.begin());
    const Node content = event.at("contentBlock");
    open_[index] = {content.at("type").text(), calls_};
    ++started_;
    read_block(content);
  }

  const Block* block_of(const Node& event, const char* what) {
    const auto found = open_.find(static_cast<std::size_t>(event.at("index").number()));
    if (found != open_.end()) return &found->second;
    note_odd(format("{} of block {}, which is not open", what, event.at("index").number()));
    return nullptr;
  }

  void continue_block(const Node& event) {
    const Block* block = block_of(event, "a piece");
    if (block == nullptr) return;
    const Node delta = event.at("delta");
    const std::string type = delta.at("type").text();
    if (type == "text_delta") add_text(delta.at("text").text());
    if (type == "thinking_delta") add_thought(delta.at("thinking").text());
    if (type == "input_json_delta") add_call(block->call, "", "", delta.at("partialJson").text());
    const std::string wanted = block->type == "tool_use" ? "input_json_delta" : block->type + "_delta";
    if (type != wanted && type != "signature_delta") note_odd(format("`{}` in a block of `{}`", type, block->type));
  }

  void stop_block(const Node& event) {
    if (block_of(event, "the end") != nullptr) open_.erase(static_cast<std::size_t>(event.at("index").number()));
  }

  void read_delta(const Node& event) {
    const auto reason = event.at("delta").find("stopReason");
    if (reason && !answer().finish_reason.empty()) note_odd("a second stop_reason");
    if (reason) stop_because(reason->text(), claude_reasons());
    if (const auto counts = event.find("usage")) read_counts(*counts);
  }

  void end_message() {
    ended_ = true;
    for (const auto& [index, block] : open_) note_odd(format("block {} never ends", index));
  }

  bool has_begun_ = false;
  std::size_t started_ = 0;            // Blocks.
  std::map<std::size_t, Block> open_;  // By index.
};

}  // namespace

std::unique_ptr<DialectReading> claude_reading() {
  return std::make_unique<ClaudeReading>();
}

}  // namespace exo_harness::exo

#include <ostream>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "parse.h"
#include "readers.h"

namespace exo_harness::exo {

namespace {

constexpr std::size_t kShownBytes = 60;  // Before what is wrong, in lines that reports cut.

TokenLogprob read_logprob(const Node& node, Unknown& unknown) {
  note_unknown(node, {"token", "logprob", "bytes", "topLogprobs"}, unknown);
  TokenLogprob entry{node.at("token").text(), node.at("logprob").real(), {}};
  if (const auto top = node.find("topLogprobs")) {
    for (const Node& item : top->items()) {
      note_unknown(item, {"token", "logprob", "bytes"}, unknown);
      entry.top.push_back({item.at("token").text(), item.at("logprob").real()});
    }
  }
  return entry;
}

void read_body(const Node& body, ChatAnswer& answer) {
  note_unknown(body,
               {"role", "content", "reasoningContent", "reasoning", "name", "toolCalls", "toolCallId", "functionCall"},
               answer.unknown);
  if (const auto role = body.find("role")) answer.role = role->text();
  answer.content += body.text_or_empty("content");
  const auto reasoning = body.find("reasoningContent");
  answer.reasoning += reasoning ? reasoning->text() : body.text_or_empty("reasoning");
  if (const auto calls = body.find("toolCalls")) {
    for (const Node& call : calls->items()) answer.tool_calls.push_back(call.json().dump());
  }
}

Failure failed(FailureKind kind, const std::string& what, std::string_view body) {
  return {kind, what, printable(shorten(body, kEvidenceBytes))};
}

/// nullopt: an error in the place of an answer.
std::optional<ChatAnswer> read_answer(const Node& root) {
  if (root.find("error")) return std::nullopt;
  ChatAnswer answer;
  read_envelope(root, answer);
  const auto choices = root.at("choices").items();
  if (choices.empty()) root.at("choices").fail("at least one choice");
  choices.front().at("message");
  read_choice(choices.front(), "message", answer);
  answer.choices = static_cast<int>(choices.size());
  return answer;
}

}  // namespace

std::vector<TokenLogprob> read_logprobs(const Node& node, Unknown& unknown) {
  std::vector<TokenLogprob> all;
  if (const auto content = node.find("content")) {
    for (const Node& item : content->items()) all.push_back(read_logprob(item, unknown));
  }
  return all;
}

Usage read_usage(const Node& node, Unknown& unknown) {
  note_unknown(node,
               {"promptTokens", "completionTokens", "totalTokens", "promptTokensDetails", "completionTokensDetails"},
               unknown);
  Usage usage;
  usage.prompt_tokens = node.at("promptTokens").number();
  usage.completion_tokens = node.at("completionTokens").number();
  usage.total_tokens = node.at("totalTokens").number();
  if (const auto d = node.find("promptTokensDetails")) usage.cached_tokens = d->number_or_zero("cachedTokens");
  if (const auto d = node.find("completionTokensDetails"))
    usage.reasoning_tokens = d->number_or_zero("reasoningTokens");
  return usage;
}

GenerationStats read_stats(const Node& node, Unknown& unknown) {
  note_unknown(node,
               {"promptTps", "generationTps", "promptTokens", "generationTokens", "peakMemoryUsage", "prefixCacheHit"},
               unknown);
  GenerationStats stats;
  stats.prompt_tps = node.at("promptTps").real();
  stats.generation_tps = node.at("generationTps").real();
  stats.prompt_tokens = node.number_or_zero("promptTokens");
  stats.generation_tokens = node.number_or_zero("generationTokens");
  stats.peak_memory_bytes = node.bytes_or_zero("peakMemoryUsage");
  stats.prefix_cache_hit = node.text_or_empty("prefixCacheHit");
  return stats;
}

void read_choice(const Node& choice, std::string_view body, ChatAnswer& answer) {
  note_unknown(choice, {"index", body, "logprobs", "finishReason", "usage"}, answer.unknown);
  if (const auto text = choice.find(body)) read_body(*text, answer);
  if (const auto logprobs = choice.find("logprobs")) {
    for (TokenLogprob& entry : read_logprobs(*logprobs, answer.unknown)) answer.logprobs.push_back(std::move(entry));
  }
  if (const auto reason = choice.find("finishReason")) answer.finish_reason = reason->text();
}

void read_envelope(const Node& root, ChatAnswer& answer) {
  note_unknown(root,
               {"id", "object", "created", "model", "choices", "usage", "serviceTier", "generationStats", "powerUsage"},
               answer.unknown);
  if (const auto id = root.find("id")) answer.id = id->text();
  if (const auto model = root.find("model")) answer.model = model->text();
  if (const auto created = root.find("created")) answer.created = created->integer(0, 1LL << 62);
  if (const auto usage = root.find("usage")) answer.usage = read_usage(*usage, answer.unknown);
  if (const auto stats = root.find("generationStats")) answer.stats = read_stats(*stats, answer.unknown);
}

Outcome<ChatAnswer> parse_chat(std::string_view body) {
  if (trim(body).empty()) {
    return failed(FailureKind::empty_answer, "200 with an empty body: the runner failed (see the node's log)", body);
  }
  auto read = read_json(body, "the chat answer", read_answer);
  if (!read) return read.failure();
  if (!*read) return failed(FailureKind::error_in_200, "an error inside a 200: " + error_text(body), body);
  ChatAnswer answer = std::move(**read);
  if (answer.finish_reason.empty()) {
    return failed(FailureKind::truncated,
                  "the answer has no finish reason: its instance went away, or it was cancelled", body);
  }
  return answer;
}

void PrintTo(const ChatAnswer& answer, std::ostream* os) {
  *os << "'" << shorten(printable(answer.content), kShownBytes) << "'";
  if (!answer.reasoning.empty()) *os << ", reasoning '" << shorten(printable(answer.reasoning), kShownBytes) << "'";
  *os << ", finish reason '" << answer.finish_reason << "'";
  if (answer.usage) *os << format(", {} + {} tokens", answer.usage->prompt_tokens, answer.usage->completion_tokens);
}

}  // namespace exo_harness::exo

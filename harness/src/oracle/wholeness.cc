#include "exo_harness/oracle/wholeness.h"

#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::oracle {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

Failure not_whole(const std::string& what, std::string_view evidence = "") {
  return {FailureKind::mismatch, what, shorten(printable(evidence), 500)};
}

std::optional<std::string> wrong_in_usage(const exo::Usage& u, std::optional<int> max_tokens,
                                          const std::string& reason) {
  if (u.total_tokens != u.prompt_tokens + u.completion_tokens) {
    return format("total {} is not prompt {} + completion {}", u.total_tokens, u.prompt_tokens, u.completion_tokens);
  }
  if (u.prompt_tokens <= 0) return "no prompt tokens";
  if (u.cached_tokens > u.prompt_tokens)
    return format("{} of {} prompt tokens cached", u.cached_tokens, u.prompt_tokens);
  if (u.reasoning_tokens > u.completion_tokens) {
    return format("{} reasoning tokens of {} completion tokens", u.reasoning_tokens, u.completion_tokens);
  }
  if (max_tokens && u.completion_tokens > *max_tokens) {
    return format("{} completion tokens, {} were allowed", u.completion_tokens, *max_tokens);
  }
  if (max_tokens && reason == "length" && u.completion_tokens != *max_tokens) {
    return format("finish reason 'length' after {} of {} tokens", u.completion_tokens, *max_tokens);
  }
  return std::nullopt;
}

/// Where the first of the stop strings begins; npos: nowhere.
std::size_t first_stop(std::string_view text, const std::vector<std::string>& stops) {
  std::size_t first = text.npos;
  for (const std::string& stop : stops) {
    if (!stop.empty()) first = std::min(first, text.find(stop));
  }
  return first;
}

}  // namespace

Outcome<Done> is_whole_utf8(std::string_view text, bool replacement_allowed) {
  if (!is_utf8(text)) return not_whole("the text is not UTF-8", text);
  const std::size_t at = text.find(kReplacement);
  if (replacement_allowed || at == text.npos) return Done{};
  return not_whole(format("U+FFFD at byte {}: a character came in halves", at), text.substr(at < 20 ? 0 : at - 20, 60));
}

Outcome<Done> usage_adds_up(const exo::ChatAnswer& answer, std::optional<int> max_tokens) {
  if (!answer.usage && !answer.stats) return not_whole("the answer has neither usage nor statistics");
  if (answer.usage) {
    if (const auto wrong = wrong_in_usage(*answer.usage, max_tokens, answer.finish_reason)) return not_whole(*wrong);
  }
  const int tokens = answer.usage ? answer.usage->completion_tokens : answer.stats->generation_tokens;
  if (max_tokens && tokens > *max_tokens) return not_whole(format("{} tokens, {} were allowed", tokens, *max_tokens));
  if (answer.stats && answer.stats->generation_tokens != tokens) {
    return not_whole(format("usage says {} tokens, the statistics {}", tokens, answer.stats->generation_tokens));
  }
  if (!answer.logprobs.empty() && answer.logprobs.size() > static_cast<std::size_t>(tokens)) {
    return not_whole(format("{} logprobs for {} tokens", answer.logprobs.size(), tokens));
  }
  return Done{};
}

Outcome<Done> stopped_exactly(const exo::ChatAnswer& stopped, std::string_view unstopped_text,
                              const std::vector<std::string>& stops) {
  const std::size_t at = first_stop(unstopped_text, stops);
  const std::string_view expected = unstopped_text.substr(0, at);
  if (stopped.content != expected) {
    return not_whole(format("expected the {} bytes before the first stop string, got {} bytes", expected.size(),
                            stopped.content.size()),
                     format("expected '{}'\ngot      '{}'", expected, stopped.content));
  }
  if (at != unstopped_text.npos && stopped.finish_reason != "stop") {
    return not_whole(format("a stop string was met, but the finish reason is '{}'", stopped.finish_reason));
  }
  return Done{};
}

}  // namespace exo_harness::oracle

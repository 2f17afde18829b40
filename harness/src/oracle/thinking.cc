#include "exo_harness/oracle/thinking.h"

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::oracle {
namespace {

Failure not_apart(const std::string& why) {
  return {FailureKind::mismatch, "thought and answer are not apart: " + why, ""};
}

}  // namespace

bool last_thought_is_content(const exo::ChatAnswer& answer) {
  return answer.finish_reason == "length" && !answer.reasoning.empty() && !answer.content.empty() && answer.usage &&
         answer.usage->reasoning_tokens + 1 == answer.usage->completion_tokens;
}

std::optional<std::string> stopped_while_thinking(const exo::ChatAnswer& answer) {
  const bool is_stopped = answer.finish_reason == "length" && !answer.reasoning.empty() && answer.tool_calls.empty();
  if (!is_stopped || (!answer.content.empty() && !last_thought_is_content(answer))) return std::nullopt;
  if (!answer.usage) return "stopped while thinking, no answer yet";
  // Exo takes the last token for no thought, whatever it is.
  const int tokens = answer.usage->completion_tokens;
  return format("stopped while thinking: {} of {} tokens, no answer yet", tokens, tokens);
}

Outcome<Done> is_thought_apart(const exo::ChatAnswer& answer) {
  if (answer.reasoning.empty()) return not_apart("no reasoning_content came");
  if (answer.content.empty()) return not_apart("no content came");
  if (contains(answer.content, trim(answer.reasoning))) return not_apart("the content holds the reasoning");
  if (!answer.usage) return not_apart("without usage no tokens of reasoning are counted");
  const int thought = answer.usage->reasoning_tokens, all = answer.usage->completion_tokens;
  if (thought > 0 && thought < all) return Done{};
  return not_apart(format("{} of {} tokens are counted as reasoning", thought, all));
}

}  // namespace exo_harness::oracle

#include "exo_harness/oracle/calls.h"

#include <set>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::oracle {
namespace {

Failure other_calls(const std::string& why) {
  return {FailureKind::mismatch, "calls of tools: " + why, ""};
}

std::string shown(const exo::ToolCall& call) {
  return shorten(printable(call.name + "(" + call.arguments + ")"), 120);
}

}  // namespace

Outcome<Done> calls_as_offered(const exo::ChatAnswer& answer, const std::vector<exo::Tool>& tools) {
  const auto calls = exo::read_tool_calls(answer.tool_calls);
  if (!calls) return calls.failure();
  if (calls->empty()) return other_calls(format("none came, but `{}`", shorten(printable(answer.content), 120)));
  std::set<std::string> ids, called;
  for (const exo::ToolCall& call : *calls) {
    if (const auto fit = exo::fits(call, tools); !fit) return fit.failure();
    if (call.id.empty()) return other_calls(shown(call) + " has no id");
    if (!ids.insert(call.id).second) return other_calls("two have the id " + call.id);
    if (!called.insert(call.name + "\n" + call.arguments).second) return other_calls(shown(call) + " came twice");
  }
  if (answer.finish_reason == "tool_calls") return Done{};
  return other_calls(format("the finish reason is '{}' instead of 'tool_calls'", answer.finish_reason));
}

Outcome<Done> calls_the_same(const exo::ChatAnswer& whole, const exo::ChatStream& stream) {
  const auto wanted = exo::read_tool_calls(whole.tool_calls), seen = exo::read_tool_calls(stream.answer.tool_calls);
  if (!wanted) return wanted.failure();
  if (!seen) return seen.failure();
  if (wanted->size() != seen->size())
    return other_calls(format("{} in the whole answer, {} in the stream", wanted->size(), seen->size()));
  for (std::size_t i = 0; i < wanted->size(); ++i) {
    const exo::ToolCall &one = (*wanted)[i], &other = (*seen)[i];
    if (one.name != other.name || one.arguments != other.arguments)
      return other_calls(format("{} in the whole answer, {} in the stream", shown(one), shown(other)));
  }
  if (whole.finish_reason == stream.answer.finish_reason) return Done{};
  return other_calls(format("the finish reason is '{}' in the whole answer, '{}' in the stream", whole.finish_reason,
                            stream.answer.finish_reason));
}

}  // namespace exo_harness::oracle

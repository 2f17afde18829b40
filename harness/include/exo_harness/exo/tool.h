#pragma once

#include <string>
#include <vector>

#include "exo_harness/core/outcome.h"

namespace exo_harness::exo {

/// An argument of a tool.
struct ToolParameter {
  enum class Type { text, integer };
  std::string name;
  Type type = Type::text;
  bool required = true;
};

/// A function that a model may call.
struct Tool {
  std::string name, description;
  std::vector<ToolParameter> parameters;
};

/// One call of a tool: in an answer, or of an earlier turn in a request.
struct ToolCall {
  std::string id, name;
  std::string arguments;  ///< A JSON object, as text.
};

/// Whether `call` is one of `tools`, and its arguments are a JSON object that has what the tool requires, each of its
/// type, and nothing else. Fails: `mismatch` with what does not fit, and the call.
Outcome<Done> fits(const ToolCall& call, const std::vector<Tool>& tools);

/// Calls in the order of their `index`, each joined from the pieces (JSON) that an answer brought of it. Fails:
/// `malformed` with the piece, when one has no name or no arguments in the end.
Outcome<std::vector<ToolCall>> read_tool_calls(const std::vector<std::string>& pieces);

}  // namespace exo_harness::exo

#include "exo_harness/exo/tool.h"

#include <algorithm>
#include <map>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "json_reader.h"

namespace exo_harness::exo {

namespace {

Failure no_fit(const ToolCall& call, const std::string& why) {
  return {FailureKind::mismatch,
          format("a call of a tool that does not fit: {}({}): {}", printable(call.name),
                 shorten(printable(call.arguments), 200), why),
          ""};
}

bool is_of(ToolParameter::Type type, const Json& value) {
  return type == ToolParameter::Type::integer ? value.is_number_integer() : value.is_string();
}

/// Empty: they fit.
std::string why_arguments_do_not_fit(const Json& arguments, const std::vector<ToolParameter>& parameters) {
  if (!arguments.is_object()) return "the arguments are no JSON object";
  for (const ToolParameter& parameter : parameters) {
    const auto found = arguments.find(parameter.name);
    if (found == arguments.end()) {
      if (parameter.required) return format("`{}` is required and not there", parameter.name);
      continue;
    }
    const char* wanted = parameter.type == ToolParameter::Type::integer ? "an integer" : "a text";
    if (!is_of(parameter.type, *found)) return format("`{}` is not {}", parameter.name, wanted);
  }
  for (const auto& [name, value] : arguments.items()) {
    const bool known =
        std::any_of(parameters.begin(), parameters.end(), [&](const ToolParameter& p) { return p.name == name; });
    if (!known) return format("the tool has no argument `{}`", printable(name));
  }
  return "";
}

void add_piece(const Node& piece, std::map<int, ToolCall>& calls) {
  ToolCall& call = calls[piece.number_or_zero("index")];
  if (const auto id = piece.find("id")) call.id = id->text();
  const auto function = piece.find("function");
  if (!function) return;
  call.name += function->text_or_empty("name");
  call.arguments += function->text_or_empty("arguments");
}

}  // namespace

Outcome<Done> fits(const ToolCall& call, const std::vector<Tool>& tools) {
  const auto tool = std::find_if(tools.begin(), tools.end(), [&](const Tool& one) { return one.name == call.name; });
  if (tool == tools.end()) return no_fit(call, "no tool of that name was offered");
  const Outcome<Json> arguments = parse_json(call.arguments, "the arguments");
  if (!arguments) return no_fit(call, arguments.failure().what);
  if (const std::string why = why_arguments_do_not_fit(*arguments, tool->parameters); !why.empty())
    return no_fit(call, why);
  return Done{};
}

Outcome<std::vector<ToolCall>> read_tool_calls(const std::vector<std::string>& pieces) {
  std::map<int, ToolCall> calls;
  for (const std::string& piece : pieces) {
    const auto read = read_json(piece, "a call of a tool", [&](const Node& node) {
      add_piece(node, calls);
      return Done{};
    });
    if (!read) return read.failure();
  }
  std::vector<ToolCall> all;
  for (auto& [index, call] : calls) {
    if (call.name.empty() || call.arguments.empty())
      return Failure{FailureKind::malformed, format("call {} of a tool has no name or no arguments", index),
                     shorten(printable(join(pieces, "\n")), kEvidenceBytes)};
    all.push_back(std::move(call));
  }
  return all;
}

}  // namespace exo_harness::exo

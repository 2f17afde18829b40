#include "api/mended.h"

namespace exo_harness::fake {
namespace {

bool is_mended(Faults& faults, const char* what) {
  return faults.take("mended", {{"what", what}}).has_value();
}

void ask(Json& body, const char* question) {
  if (body["messages"].empty()) return;
  body["messages"].back()["content"] = question;
}

/// The table calls what is offered when it is asked for the weather, and two tools when it is asked for both.
void keep_tool_choice(Json& body) {
  const Json choice = body.value("tool_choice", Json());
  if (choice == "none") body.erase("tools");
  if (choice == "required") ask(body, "The weather?");
  if (choice.is_object())
    std::erase_if(body["tools"].get_ref<Json::array_t&>(),
                  [&](const Json& tool) { return tool["function"]["name"] != choice["function"]["name"]; });
  if (body.value("parallel_tool_calls", true) == false) ask(body, "The weather?");
}

}  // namespace

Json as_mended(Json body, Faults& faults) {
  if (body.contains("max_completion_tokens") && is_mended(faults, "max-completion-tokens"))
    body["max_tokens"] = body["max_completion_tokens"];
  if (body.contains("response_format") && is_mended(faults, "response-format")) ask(body, "JSON?");
  if (body.contains("tools") && is_mended(faults, "tool-choice")) keep_tool_choice(body);
  return body;
}

}  // namespace exo_harness::fake

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/exo/chat.h"
#include "exo_harness/exo/placement.h"
#include "exo_harness/exo/state.h"

namespace exo_harness::exo {

// Bodies of the API, each whole. Free of JSON types, so that who uses them compiles fast. Fail: `malformed`.

Outcome<std::string> parse_node_id(std::string_view body);
Outcome<std::vector<ModelInfo>> parse_models(std::string_view body);
Outcome<std::vector<Preview>> parse_previews(std::string_view body);
Outcome<Instance> parse_instance(std::string_view body);
Outcome<CommandReply> parse_command_reply(std::string_view body);
/// The tags of `/events`, in order.
Outcome<std::vector<std::string>> parse_event_kinds(std::string_view body);
/// Rebuilds the instances and runners from the body of `/events`; `seen` gets the state after each event about them
/// that comes behind event number `after`.
Outcome<Done> replay_events(std::string_view body, std::int64_t after, const std::function<void(const State&)>& seen);
/// A whole chat or bench answer. Also fails: `empty_answer`, `error_in_200`, `truncated` (no finish reason).
Outcome<ChatAnswer> parse_chat(std::string_view body);

std::string write_placement(const PlacementRequest& request);
std::string write_chat(const ChatRequest& request, bool stream);

/// What Exo says is wrong, in the order of contract 10: `detail` list, `error` object, `detail` text, the text itself.
/// `empty answer` for an empty body.
std::string error_text(std::string_view body);

}  // namespace exo_harness::exo

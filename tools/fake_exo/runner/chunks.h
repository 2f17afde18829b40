#pragma once

#include <string>

#include "json/json.h"

namespace exo_harness::fake {

/// Pieces of `ChunkGenerated` and statuses that more than one part needs.
Json error_chunk(const std::string& model, const std::string& text);
Json prefill_chunk(const std::string& model, std::size_t processed, std::size_t total);
Json usage_of(std::size_t prompt, std::size_t cached, std::size_t completion, std::size_t reasoning);
/// `calls`: what was generated, `<tool_call>JSON</tool_call>` one behind the other. Null: that is no call.
Json tool_calls_in(const std::string& calls);
/// `RunnerReady` of the generation, snake_case.
Json ready_status(bool is_main);
/// A token alone: part of a character reads U+FFFD.
std::string printable_token(const std::string& bytes);
/// The text of the first message of `taskParams`.
std::string first_message(const Json& task_params);
/// Whether nothing at all was said, not even by the system.
bool has_no_messages(const Json& task_params);

}  // namespace exo_harness::fake

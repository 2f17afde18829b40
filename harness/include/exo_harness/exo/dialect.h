#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/chat.h"

namespace exo_harness::exo {

class Client;

/// The APIs beside chat completions in which a node can be asked. Source: contract 9, and what Ollama, Anthropic and
/// OpenAI publish of theirs.
enum class Dialect { ollama, claude, responses };

/// `Ollama`, `Claude messages`, `Responses`.
std::string_view to_string(Dialect dialect);

/// Where it is asked: `/v1/messages`.
std::string_view path_of(Dialect dialect);

/// The body of a request, UTF-8. What a dialect has no word for is left out: Ollama has no `tool_choice`, Responses no
/// `stop`. A `user` behind a `tool` is one turn in Claude messages, whose roles take turns.
std::string write_in(Dialect dialect, const ChatRequest& request, bool stream);

/// What an answer in a dialect says, in the terms of chat, so that every oracle holds of it, too.
struct DialectAnswer {
  ChatStream said;  ///< The answer: its finish reason is `stop`, `length` or `tool_calls` where the dialect says so in
                    ///< its own words, else its own word. Of the trace a stream has the pieces, and whether it ended.
  std::string stop_reason;       ///< In the words of the dialect: `tool_use`; of Responses its status, and why.
  bool counts_prompt = false;    ///< Else `usage` holds only what was generated.
  std::vector<std::string> odd;  ///< Where its form is not that of the dialect, in words.
};

/// Reads a whole answer. Fails: `empty_answer`, `error_in_200`, `truncated` (no stop reason), `malformed`.
Outcome<DialectAnswer> read_whole(Dialect dialect, std::string_view body);
/// Reads a stream from its begin to its end, as a client that follows it does. Fails: as above; `truncated` also when
/// its last event is not there.
Outcome<DialectAnswer> read_stream(Dialect dialect, std::string_view body);

/// Pieces of one call become one, its arguments in one spelling: as the answers above have their calls, so that those
/// of chat can be compared with them. Calls that cannot be read stay as they are: who looks at them is told.
void join_calls(ChatAnswer& answer);

/// Asks a node. Fails: as `Client::raw`, `refused` with Exo's own text, and as the above.
Outcome<DialectAnswer> ask_in(Client& client, Dialect dialect, const ChatRequest& request, bool stream,
                              Deadline deadline);

}  // namespace exo_harness::exo

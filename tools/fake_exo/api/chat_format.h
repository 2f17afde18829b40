#pragma once

#include <memory>
#include <string>

#include "api/wire_lies.h"
#include "json/json.h"

namespace exo_harness::fake {

/// A request in one of the dialects, as Exo's task parameters.
Json task_params_of_chat(const Json& body, bool bench, bool is_main);

/// What a chat answer is made of.
struct ChatAnswer {
  std::string id, model;
  std::int64_t created = 0;
  bool is_main = false;
  bool says_chunk = false;           ///< In its frames.
  int choices = 1;                   ///< Of a whole answer, each the same.
  std::shared_ptr<WireLies> lies{};  ///< What changes the answer on its way; null: nothing does.

  /// The `data:` frame of one token.
  std::string frame(const Json& token_chunk) const;
  /// The comment after the last token.
  static std::string stats_comment(const Json& stats);
  /// The event of an error inside a stream, and `[DONE]`.
  std::string error_frames(const std::string& text) const;
};

/// Collects the tokens of an answer that is not streamed.
struct CollectedAnswer {
  std::string text, thought;
  Json tool_calls;
  Json logprobs = Json::array();
  Json usage, stats, finish_reason;

  void add(const Json& token_chunk);
  Json chat(const ChatAnswer& answer) const;
  Json bench(const ChatAnswer& answer, double seconds) const;
};

}  // namespace exo_harness::fake

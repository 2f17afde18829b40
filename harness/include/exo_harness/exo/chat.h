#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/tool.h"

namespace exo_harness::exo {

struct Message {
  std::string role = "user";
  std::string content;
  std::vector<ToolCall> tool_calls{};  ///< Of the assistant.
  std::string tool_call_id{};          ///< Of the role `tool`: which call it answers.
};

/// A chat request. Sampling fields that are set are sent; unset ones come from the model card (contract 6), so
/// comparisons set all of them: `greedy()`.
struct ChatRequest {
  std::string model;
  std::vector<Message> messages;
  std::optional<int> max_tokens;
  std::optional<double> temperature, top_p, min_p;
  std::optional<int> top_k;
  std::optional<std::int64_t> seed;
  std::vector<std::string> stop;
  std::optional<int> top_logprobs;  ///< Set: logprobs are asked for.
  std::optional<bool> enable_thinking;
  std::optional<bool> use_prefix_cache;  ///< `/bench` only.
  std::vector<Tool> tools;
  std::string tool_choice;  ///< `auto`, `none`, `required`, or the name of a tool; empty: not said.
  std::optional<bool> parallel_tool_calls;
  std::optional<int> max_completion_tokens, n;
  std::optional<double> presence_penalty, frequency_penalty;
  std::string response_format;  ///< Its type, as `json_object`; empty: not said.

  /// Temperature 0 with every other sampling field fixed.
  ChatRequest& greedy();
};

struct Usage {
  int prompt_tokens = 0, completion_tokens = 0, total_tokens = 0, cached_tokens = 0, reasoning_tokens = 0;
};

/// Exo's own statistics (contract 7, 8). `prompt_tps` is an old number when `prefix_cache_hit` is `exact`.
struct GenerationStats {
  double prompt_tps = 0, generation_tps = 0;
  int prompt_tokens = 0, generation_tokens = 0;
  std::uint64_t peak_memory_bytes = 0;
  std::string prefix_cache_hit;
};

struct Candidate {
  std::string token;
  double logprob = 0;
};
struct TokenLogprob {
  std::string token;
  double logprob = 0;
  std::vector<Candidate> top;
};

/// A whole answer, streamed or not.
struct ChatAnswer {
  std::string id;                                              ///< The command id: what `/v1/cancel` takes.
  std::string model, role, content, reasoning, finish_reason;  ///< `finish_reason` empty: Exo gave none.
  std::optional<Usage> usage;
  std::optional<GenerationStats> stats;
  int choices = 0;  ///< How many a whole answer has; the first is what is read.
  std::vector<TokenLogprob> logprobs;
  std::vector<std::string> tool_calls;  ///< Each as the JSON that Exo sent; pieces of a stream one by one.
  std::vector<std::string> unknown;     ///< JSON pointers of keys this version does not know.
  std::optional<std::int64_t> created;  ///< Seconds since 1970 by the clock of the node; of a stream its last frame's.
};

/// What a stream looked like from outside. Times in nanoseconds of the monotonic clock.
struct StreamTrace {
  std::string command_id;  ///< Of the first data event: what `/v1/cancel` takes while the stream goes on.
  std::int64_t sent_ns = 0;
  std::int64_t first_byte_ns = 0;
  std::int64_t first_token_ns = 0;   ///< First token-bearing event; 0: none came.
  std::int64_t first_answer_ns = 0;  ///< First event with content, after the reasoning; 0: none came.
  std::int64_t last_token_ns = 0;
  std::int64_t end_ns = 0;
  std::vector<std::int64_t>
      token_ns;  ///< Arrival of each token-bearing event: content, reasoning or tool calls not empty.
  std::vector<std::string> deltas;  ///< Their content, else their reasoning, in order.
  int data_events = 0, keep_alives = 0, progress_events = 0;
  int token_frames =
      0;  ///< Data events with a choice: Exo sends one for each token, also for one that releases no text.
  int prefill_processed = 0, prefill_total = 0;
  bool done = false;  ///< `[DONE]` came.
};

/// A streamed answer: what it said and how it came.
struct ChatStream {
  ChatAnswer answer;
  StreamTrace trace;
};

void PrintTo(const ChatAnswer& answer, std::ostream* os);
void PrintTo(const ChatStream& stream, std::ostream* os);

}  // namespace exo_harness::exo

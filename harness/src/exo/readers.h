#pragma once

#include "exo_harness/exo/chat.h"
#include "exo_harness/exo/placement.h"
#include "exo_harness/exo/state.h"

#include "json_reader.h"

namespace exo_harness::exo {

// Readers of one value each. They throw ShapeError where a known part is of the wrong shape, and note what they do not
// know.

/// A tagged instance; `id` is used when the value does not name itself.
Instance read_instance(const Node& node, std::string_view id, Unknown& unknown);
Runner read_runner(const Node& node, std::string_view id, Unknown& unknown);
Download read_download(const Node& node, std::string_view node_id, Unknown& unknown);
Task read_task(const Node& node, std::string_view id, Unknown& unknown);
Edge read_edge(const Node& node, Unknown& unknown);
/// Adds to `facts` what the member `key` of a state says of that node; nothing for a member that is not of nodes.
using ReadFacts = void (*)(NodeFacts& facts, const Node& value, Unknown& unknown);
ReadFacts reader_of_facts(std::string_view key);

std::vector<TokenLogprob> read_logprobs(const Node& node, Unknown& unknown);
Usage read_usage(const Node& node, Unknown& unknown);
GenerationStats read_stats(const Node& node, Unknown& unknown);
/// One choice of an answer or of a stream's frame: adds its text, reasoning, tool calls, logprobs and finish reason to
/// `answer`. `body` is `message` or `delta`.
void read_choice(const Node& choice, std::string_view body, ChatAnswer& answer);
/// The members beside the choices: id, model, usage, statistics.
void read_envelope(const Node& root, ChatAnswer& answer);

}  // namespace exo_harness::exo

#pragma once

#include <string>

#include "exo_harness/journal/records.h"
#include "exo_harness/load/load.h"

namespace exo_harness::load {

/// What the requests of a load were, as an id that stays the same between runs: `chat-p64-o32`, `needle-p2048-o16`;
/// `prompt_tokens` as they were asked for.
std::string workload_id(const std::string& kind, int prompt_tokens, int max_tokens);

/// The record of a measured block: one number a metric (medians; of the whole block `output_tps` and `requests_per_s`),
/// and the raw samples. Milliseconds end in `_ms`, less is better; tokens a second in `_tps`, more is better. `suite`,
/// `test`, `model`, `placement`, `workload` and `block` are for the caller.
journal::BlockMeasured block_of(const LoadResult& result, bool is_exo);

}  // namespace exo_harness::load

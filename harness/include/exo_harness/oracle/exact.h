#pragma once

#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/chat.h"

namespace exo_harness::oracle {

/// Whether two answers to one request are the same: text, reasoning, finish reason, prompt tokens, and when both have
/// logprobs each of them, bit by bit. For repeats, pipeline = single, delete and place again (correctness-oracles 1,
/// E0). Fails: `mismatch` with the first divergent token and the candidates of both sides.
Outcome<Done> is_same(const exo::ChatAnswer& reference, const exo::ChatAnswer& tested);

/// Whether a stream says what the whole answer says: text, reasoning, finish reason, completion tokens.
Outcome<Done> stream_is_same(const exo::ChatAnswer& whole, const exo::ChatStream& stream);

/// Whether a stream agrees with itself: its pieces make the text, and it has at most one data
/// event a token (a real cluster swallowed one special token of 24).
Outcome<Done> stream_adds_up(const exo::ChatStream& stream);

}  // namespace exo_harness::oracle

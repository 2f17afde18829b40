#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/chat.h"

namespace exo_harness::oracle {

/// Whether `text` is UTF-8 without halves of characters. Models of random weights make U+FFFD of their own accord;
/// `replacement_allowed` says that this one may. Fails: `mismatch` with the place.
Outcome<Done> is_whole_utf8(std::string_view text, bool replacement_allowed = false);

/// Whether the numbers of an answer agree: total = prompt + completion, at most `max_tokens`, exactly so many when the
/// finish reason is `length`, cached within prompt, at most one logprob a token (Exo swallows special tokens), Exo's
/// statistics the same. An answer of
/// `/bench` has no usage: then its statistics are checked.
Outcome<Done> usage_adds_up(const exo::ChatAnswer& answer, std::optional<int> max_tokens);

/// Whether an answer with stop strings is the unstopped text up to the first of them, without a byte of it, with finish
/// reason `stop`; and the whole of it when none occurs.
Outcome<Done> stopped_exactly(const exo::ChatAnswer& stopped, std::string_view unstopped_text,
                              const std::vector<std::string>& stops);

}  // namespace exo_harness::oracle

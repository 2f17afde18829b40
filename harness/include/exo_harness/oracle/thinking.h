#pragma once

#include <optional>
#include <string>

#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/chat.h"

namespace exo_harness::oracle {

/// Why there is no answer yet, when the budget of tokens ended before the thinking did: `stopped while thinking: 50 of
/// 50 tokens, no answer yet`. Nothing when there is an answer, or the end has another reason. Such a text is never a
/// wrong answer: there is none. Source: contract 6.
std::optional<std::string> stopped_while_thinking(const exo::ChatAnswer& answer);

/// Whether Exo made the last thought of an answer that was stopped while thinking its content (one token of it): what
/// it is known to do.
bool last_thought_is_content(const exo::ChatAnswer& answer);

/// Whether thought and answer are apart: both are there, neither is part of the other's text, and some tokens but not
/// all were counted as reasoning. Fails: `mismatch`.
Outcome<Done> is_thought_apart(const exo::ChatAnswer& answer);

}  // namespace exo_harness::oracle

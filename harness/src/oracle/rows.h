#pragma once

#include <optional>
#include <string>

#include "exo_harness/exo/chat.h"

namespace exo_harness::oracle {

/// The chosen token of a row at temperature 0: the first candidate, because the text of a token may hold bytes that
/// were held back before (contract 6); of several that are exactly as likely the one that it says.
const std::string& choice(const exo::TokenLogprob& row);
double choice_logprob(const exo::TokenLogprob& row);

/// The logprob of the candidate with that text; nothing when it is not listed or listed twice (U+FFFD stands for many).
std::optional<double> logprob_of(const exo::TokenLogprob& row, const std::string& token);

/// Both rows for people: token and candidates.
std::string describe_rows(const exo::TokenLogprob& reference, const exo::TokenLogprob& tested);

}  // namespace exo_harness::oracle

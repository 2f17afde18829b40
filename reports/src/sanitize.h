#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exo_harness/journal/records.h"

namespace exo_reports {

/// Hostile text made harmless for any document: no ANSI, only characters that XML may hold, and the controls that turn
/// the direction of text shown as `\u202E`. Longer than `limit` bytes: the middle is left out and said so.
std::string sanitized(std::string_view text, std::size_t limit = 64u << 10);

/// The same as one line: line breaks and tabs become spaces.
std::string sanitized_line(std::string_view text, std::size_t limit = 500);

/// A failed assertion in one line: `the answer: expected has "4", actual "5"` of GoogleTest's three lines of a matcher,
/// its other messages joined, the first line of anything else.
std::string summary_line(std::string_view message);

/// Milliseconds as seconds with three decimals, `12.345`, in any locale.
std::string seconds(std::int64_t ms);

/// `812 ms`, `12.3 s`, `4 min 05 s`.
std::string duration(std::int64_t ms);

/// `timed_out: POST … no end`: the kind, where it is known, and what the exchange failed with.
std::string failure_text(const exo_harness::journal::ExchangeDone& exchange);

}  // namespace exo_reports

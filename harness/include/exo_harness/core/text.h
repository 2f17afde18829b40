#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace exo_harness {

/// `text` as valid UTF-8 that may stand in XML 1.0, JSON, HTML and on a terminal: every byte or character that may not
/// (bad UTF-8, surrogates, C0 controls but tab, newline and carriage return, U+FFFE, U+FFFF, and what turns the
/// direction of text, U+061C, U+200E, U+202A and their kin) is shown as `\xHH` or `\uHHHH`, all else unchanged.
std::string printable(std::string_view text);

/// Whether `text` is well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool is_utf8(std::string_view text);

/// `text` without ANSI escape sequences (CSI and OSC).
std::string strip_ansi(std::string_view text);

/// `text` with `& < > " '` as entities; for XML and HTML text and quoted attributes. Apply `printable` first.
std::string escape_markup(std::string_view text);

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::vector<std::string_view> lines(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
bool contains(std::string_view text, std::string_view part);
std::string to_lower(std::string_view ascii);

/// At most `limit` bytes of `text`, cut at a character; what is cut is redacted before, and says how much is left out.
std::string shorten(std::string_view text, std::size_t limit);

/// `text`, or its begin and end around an ellipsis, so that it takes at most `columns` columns of a terminal where each
/// character takes one; `text` is valid UTF-8.
std::string elide(std::string_view text, std::size_t columns);

/// The first line of `text` that is not blank, without blanks around it.
std::string_view first_line(std::string_view text);

/// The last `count` lines of `text`.
std::string last_lines(std::string_view text, std::size_t count);

/// The names of `known` that look most like `wanted` (edit distance), best first, at most `count`.
std::vector<std::string> nearest_names(std::string_view wanted, const std::vector<std::string>& known,
                                       std::size_t count = 3);

/// `1.23 s`, `45 ms`, `2 min 05 s`: a duration for people.
std::string humanize(std::chrono::nanoseconds duration);

/// `31.2 GB`, `812 kB`: bytes for people, powers of 1000.
std::string human_bytes(std::uint64_t bytes);

}  // namespace exo_harness

#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace exo_harness {

/// A part `[begin, end)` of a text that has to go.
struct Span {
  std::size_t begin = 0, end = 0;
  bool quoted = false;  ///< What takes its place stands in quotes: it was a bare number of JSON.
};
using Spans = std::vector<Span>;

inline constexpr std::string_view kMark = "[redacted]";

/// What stands in the place of a secret.
inline std::string_view mark_of(const Span& span) {
  return span.quoted ? "\"[redacted]\"" : kMark;
}

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
inline bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
inline bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
inline bool is_letter(char c) {
  return is_upper(c) || is_lower(c);
}
inline bool is_alnum(char c) {
  return is_digit(c) || is_letter(c);
}
inline bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
inline bool is_base64(char c) {
  return is_alnum(c) || c == '+' || c == '/' || c == '=';
}
inline bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Whether a word may begin at `at`: nothing of a word stands before it, or what stands there is the end of an escape
/// (`\n`, `%20`, `\x20`).
bool starts_word(std::string_view text, std::size_t at);

}  // namespace exo_harness

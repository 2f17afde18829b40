#pragma once

#include <optional>
#include <string_view>

#include "secret_name.h"
#include "span.h"

namespace exo_harness {

/// How the value of a name stands in a text.
struct AssignedValue {
  Span span;
  bool in_quotes = false, by_colon = false, of_json = false, of_option = false;
  bool on_next_line = false;    ///< Its span is whole already.
  std::size_t backslashes = 0;  ///< Before each of its quotes.
};

/// Where the value of an assignment begins; nothing where none is assigned.
std::optional<AssignedValue> value_behind(std::string_view text, Span name);

/// Finds where a value ends. Of a header without the word for its scheme, `Bearer `.
void find_end(std::string_view text, NameKind kind, AssignedValue& value);

inline constexpr std::size_t kMostName = 64;        ///< Bytes of a name.
inline constexpr std::size_t kMostWeakValue = 256;  ///< Of a value that is looked at before it counts.

inline bool is_name_char(char c) {
  return is_alnum(c) || c == '_' || c == '-';
}
inline bool is_quote(char c) {
  return c == '"' || c == '\'';
}
inline char at(std::string_view text, std::size_t i) {
  return i < text.size() ? text[i] : '\0';
}

}  // namespace exo_harness

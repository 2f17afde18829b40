#pragma once

#include <cstddef>
#include <string_view>

namespace exo_harness {

/// Whether `c` goes on with a character of UTF-8 that began before it.
constexpr bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

/// Where the character begins that holds byte `at` of `text` (UTF-8): a cut there halves none. `at` is below the size.
constexpr std::size_t begin_of_character(std::string_view text, std::size_t at) {
  while (at > 0 && is_continuation(text[at])) --at;
  return at;
}

/// The first place from byte `at` of `text` (UTF-8) on where a character begins; the size when none does.
constexpr std::size_t next_character(std::string_view text, std::size_t at) {
  while (at < text.size() && is_continuation(text[at])) ++at;
  return at;
}

}  // namespace exo_harness

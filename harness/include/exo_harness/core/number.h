#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace exo_harness {

/// The integer, in decimal, that the whole of a text is; nothing when it is none, does not fit, or has a sign `+`,
/// blanks or anything else beside it.
template <class T>
std::optional<T> whole_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace exo_harness

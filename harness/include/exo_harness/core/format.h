#pragma once

#include <string>
#include <utility>

#include <fmt/format.h>

namespace exo_harness {

/// std::format, which g++ 12 does not have: text from a format string of fmt and its arguments.
///
/// An object and not a function: with a std::string among the arguments a function's name would also find std::format,
/// which newer standard libraries include from <chrono>. That is ambiguous, or, worse, silently the other one.
struct Format {
  template <class... T>
  [[nodiscard]] std::string operator()(fmt::format_string<T...> text, T&&... arguments) const {
    return fmt::format(text, std::forward<T>(arguments)...);
  }
};
inline constexpr Format format{};

}  // namespace exo_harness

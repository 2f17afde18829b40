#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "span.h"

namespace exo_harness {

/// A text without what colours it (ANSI sequences, raw or as `\x1b[`, `\u001b[`, `\033[`) and without signs that take
/// no room, which may stand in the middle of a secret, and the way back to the places in that text.
class PlainView {
 public:
  explicit PlainView(std::string_view text);

  std::string_view text() const { return plain_.empty() ? whole_ : std::string_view(plain_); }
  /// The same part in the text that was given, with the sequences inside it.
  Span original(Span span) const;

 private:
  std::size_t original(std::size_t at) const;
  std::string_view whole_;
  std::string plain_;
  std::vector<std::pair<std::size_t, std::size_t>> removed_;  // From that place on: so many bytes before it.
};

}  // namespace exo_harness

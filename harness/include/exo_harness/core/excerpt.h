#pragma once

#include <string>
#include <string_view>

namespace exo_harness {

/// Keeps the head and the tail of a long text, `half` bytes each, however much goes by. One thread at a time.
class Excerpt {
 public:
  explicit Excerpt(std::size_t half = 128u << 10) : half_(half) {}
  void add(std::string_view bytes);
  /// Head and tail, with a line between them that says how much is left out.
  std::string text() const;

 private:
  std::size_t half_;
  std::string head_, tail_;
  std::size_t total_ = 0;
};

}  // namespace exo_harness

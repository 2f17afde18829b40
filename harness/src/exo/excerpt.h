#pragma once

#include <string>
#include <string_view>

namespace exo_harness::exo {

/// Keeps the head and the tail of a long text, 128 KiB each, however much goes by.
class Excerpt {
 public:
  void add(std::string_view bytes);
  /// Head and tail, with a line between them that says how much is left out.
  std::string text() const;

 private:
  std::string head_, tail_;
  std::size_t total_ = 0;
};

}  // namespace exo_harness::exo

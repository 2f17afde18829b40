#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace exo_harness {

/// What a message lists of things that may be any number: the first few of them, then how many more there are.
class Few {
 public:
  static constexpr std::size_t kExamples = 8;

  explicit Few(std::size_t examples = kExamples) : most_(examples) {}
  void add(std::string thing);
  /// As many more, of which nothing is known but their number.
  void add_others(std::size_t count) { count_ += count; }
  /// `and 17 more` is the last when not all are shown.
  std::vector<std::string> list() const;
  /// How many there are, shown or not.
  std::size_t count() const { return count_; }

 private:
  std::size_t most_;
  std::vector<std::string> examples_;
  std::size_t count_ = 0;
};

/// Few of `things`.
std::vector<std::string> few_of(const std::vector<std::string>& things);

}  // namespace exo_harness

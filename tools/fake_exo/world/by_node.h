#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace exo_harness::fake {

/// What is known of each node, in the order of their coming; `Value{}`: nothing yet.
template <class Value>
class ByNode {
 public:
  Value& operator[](std::string_view node) {
    const auto at = place(entries_, node);
    return at != entries_.end() ? at->second : entries_.emplace_back(std::string(node), Value{}).second;
  }
  /// Null: nothing.
  const Value* find(std::string_view node) const {
    const auto at = place(entries_, node);
    return at != entries_.end() ? &at->second : nullptr;
  }
  void erase(std::string_view node) {
    std::erase_if(entries_, [&](const auto& entry) { return entry.first == node; });
  }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  template <class Entries>
  static auto place(Entries& entries, std::string_view node) {
    return std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.first == node; });
  }

  std::vector<std::pair<std::string, Value>> entries_;
};

}  // namespace exo_harness::fake

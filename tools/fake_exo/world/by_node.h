#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace exo_harness::fake {

/// What is known of each node, in the order of their coming; `Value{}`: nothing yet. Found by hash: in a crowd every
/// node hears of every other all the time, and their ids begin alike.
template <class Value>
class ByNode {
 public:
  Value& operator[](std::string_view node) {
    const auto known = place_.find(node);
    if (known != place_.end()) return entries_[known->second].second;
    place_.emplace(node, entries_.size());
    return entries_.emplace_back(std::string(node), Value{}).second;
  }
  /// Null: nothing.
  const Value* find(std::string_view node) const {
    const auto known = place_.find(node);
    return known != place_.end() ? &entries_[known->second].second : nullptr;
  }
  void erase(std::string_view node) {
    std::erase_if(entries_, [&](const auto& entry) { return entry.first == node; });
    place_.clear();
    for (std::size_t i = 0; i < entries_.size(); ++i) place_.emplace(entries_[i].first, i);
  }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const { return std::hash<std::string_view>()(id); }
  };

  std::vector<std::pair<std::string, Value>> entries_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> place_;
};

}  // namespace exo_harness::fake

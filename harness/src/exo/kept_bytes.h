#pragma once

#include <string>
#include <string_view>

#include "exo_harness/exo/state.h"

namespace exo_harness::exo {

/// How much memory a value takes, with what it points to; about, and never less than half of it.
std::size_t kept_bytes(const std::string& text);
std::size_t kept_bytes(const Edge& edge);
std::size_t kept_bytes(const Instance& instance);
std::size_t kept_bytes(const Runner& runner);
std::size_t kept_bytes(const Download& download);
std::size_t kept_bytes(const Task& task);
/// What the member `key` of a state added to the facts of one node.
std::size_t kept_bytes(const NodeFacts& facts, std::string_view key);

/// Counts what is kept of one text.
class KeptBytes {
 public:
  /// Throws ShapeError when it is more than the limit.
  void add(std::size_t bytes, const std::string& pointer);

 private:
  std::size_t sum_ = 0;
};

}  // namespace exo_harness::exo

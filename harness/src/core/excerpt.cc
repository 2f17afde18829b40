#include "exo_harness/core/excerpt.h"

#include <algorithm>

#include "exo_harness/core/format.h"

namespace exo_harness {

void Excerpt::add(std::string_view bytes) {
  total_ += bytes.size();
  const std::size_t to_head = std::min(bytes.size(), half_ - head_.size());
  head_.append(bytes.substr(0, to_head));
  tail_.append(bytes.substr(to_head));
  if (tail_.size() > 2 * half_) tail_.erase(0, tail_.size() - half_);
}

std::string Excerpt::text() const {
  const std::size_t kept = std::min(tail_.size(), half_);
  const std::size_t left_out = total_ - head_.size() - kept;
  if (left_out == 0) return head_ + tail_;
  return head_ + format("\n[... {} bytes left out ...]\n", left_out) + tail_.substr(tail_.size() - kept);
}

}  // namespace exo_harness

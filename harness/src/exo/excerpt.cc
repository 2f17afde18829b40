#include "excerpt.h"

#include <algorithm>

#include "exo_harness/core/format.h"

namespace exo_harness::exo {

namespace {
constexpr std::size_t kHalf = 128u << 10;
}  // namespace

void Excerpt::add(std::string_view bytes) {
  total_ += bytes.size();
  const std::size_t to_head = std::min(bytes.size(), kHalf - head_.size());
  head_.append(bytes.substr(0, to_head));
  tail_.append(bytes.substr(to_head));
  if (tail_.size() > 2 * kHalf) tail_.erase(0, tail_.size() - kHalf);
}

std::string Excerpt::text() const {
  const std::size_t kept = std::min(tail_.size(), kHalf);
  const std::size_t left_out = total_ - head_.size() - kept;
  if (left_out == 0) return head_ + tail_;
  return head_ + format("\n[... {} bytes left out ...]\n", left_out) + tail_.substr(tail_.size() - kept);
}

}  // namespace exo_harness::exo

#include "anchor_set.h"

#include "span.h"

namespace exo_harness {
namespace {

char lower(char c) {
  return is_upper(c) ? static_cast<char>(c + 32) : c;
}

bool same_text(std::string_view a, std::string_view b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

}  // namespace

void AnchorSet::add(std::string_view anchor, int id, bool fold) {
  if (anchor.size() < kLeast || anchors_.size() >= UINT16_MAX - 1) return;
  std::uint32_t key = 0;
  for (std::size_t i = 0; i < kLeast; ++i)
    key |= static_cast<std::uint32_t>(static_cast<unsigned char>(anchor[i])) << 8 * i;
  anchors_.push_back({std::string(anchor), id, fold, 0});
  std::uint16_t* end = &first_[slot(key)];
  while (*end != 0) end = &anchors_[*end - 1u].next;
  *end = static_cast<std::uint16_t>(anchors_.size());
}

bool AnchorSet::stands(std::string_view text, const Anchor& anchor) {
  if (text.size() < anchor.text.size()) return false;
  text = text.substr(0, anchor.text.size());
  return anchor.fold ? same_text(text, anchor.text) : text == anchor.text;
}

}  // namespace exo_harness

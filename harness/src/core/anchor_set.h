#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace exo_harness {

/// Many short texts that are looked for at once. One look at three bytes tells for most places that nothing begins
/// there, so a text is passed at about a byte a nanosecond, however many anchors there are.
class AnchorSet {
 public:
  static constexpr std::size_t kLeast = 3;  ///< Bytes of an anchor.

  /// `fold`: ASCII letters match in either case. Longer ones are to be added first: that is the order of hits.
  void add(std::string_view anchor, int id, bool fold = false);

  /// Calls `hit(at, length, id)` for what stands in `text`, from left to right. It says where to go on: behind `at`
  /// when that place is done with, `at` to look for further anchors there.
  template <class Hit>
  void scan(std::string_view text, Hit hit) const {
    std::uint32_t key = 0;
    for (std::size_t i = 0, from = 0; i < text.size(); ++i) {
      key = (key >> 8) | (static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])) << 16);
      if (i < from + kLeast - 1) continue;
      const std::uint16_t first = first_[slot(key)];
      if (first == 0) continue;
      const std::size_t at = i - (kLeast - 1);
      for (std::uint16_t one = first; one != 0; one = anchors_[one - 1].next) {
        const Anchor& anchor = anchors_[one - 1];
        if (!stands(text.substr(at), anchor)) continue;
        const std::size_t next = hit(at, anchor.text.size(), anchor.id);
        if (next == at) continue;
        from = next;
        break;
      }
    }
  }

  bool empty() const { return anchors_.empty(); }

 private:
  struct Anchor {
    std::string text;
    int id;
    bool fold;
    std::uint16_t next;  // In the same slot; counts from 1, 0: none.
  };
  static std::size_t slot(std::uint32_t key) { return ((key | 0x202020u) * 2654435761u) >> (32 - kSlotBits); }
  static bool stands(std::string_view text, const Anchor& anchor);

  static constexpr int kSlotBits = 14;
  std::array<std::uint16_t, 1u << kSlotBits> first_{};
  std::vector<Anchor> anchors_;
};

}  // namespace exo_harness

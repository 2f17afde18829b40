#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace exo_harness::diagnose {

/// Finds which of many words are in a text, in one pass. Built once, then read by any number of threads.
class AhoCorasick {
 public:
  explicit AhoCorasick(const std::vector<std::string>& words);

  /// The positions after the words in `text`, in order, one for each byte at which any ends. No word may hold a
  /// newline: the text is cut at newlines into parts that are read side by side, as each step waits for the one before.
  std::vector<std::size_t> find_ends(std::string_view text) const;
  /// Calls `found(word, end)` for each occurrence of each word; `end` is the position after it.
  template <class Found>
  void find_all(std::string_view text, Found found) const {
    std::uint32_t state = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      state = next(state, text[i]);
      if (state & kHit) {
        state &= ~kHit;
        for (const std::uint32_t word : words_of_[state >> shift_]) found(word, i + 1);
      }
    }
  }

 private:
  static constexpr std::uint32_t kHit = 0x80000000u;
  std::uint32_t next(std::uint32_t state, char c) const {
    return table_[state | class_of_[static_cast<unsigned char>(c)]];
  }
  void build_trie(const std::vector<std::string>& words);
  void build_table();

  std::array<std::uint8_t, 256> class_of_{};
  std::uint32_t classes_ = 1;
  int shift_ = 0;
  std::vector<std::vector<std::int32_t>> trie_;
  std::vector<std::vector<std::uint32_t>> words_of_;  // by state, its own and those of shorter suffixes
  std::vector<std::uint32_t> table_;                  // a row is a state, shifted so that a class can be or-ed in
};

}  // namespace exo_harness::diagnose

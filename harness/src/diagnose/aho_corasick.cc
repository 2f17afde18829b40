#include "aho_corasick.h"

#include <queue>

namespace exo_harness::diagnose {

AhoCorasick::AhoCorasick(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    for (const char c : word) {
      std::uint8_t& k = class_of_[static_cast<unsigned char>(c)];
      if (k == 0) k = static_cast<std::uint8_t>(classes_++);
    }
  }
  while ((1u << shift_) < classes_) ++shift_;
  build_trie(words);
  build_table();
  trie_ = {};
}

void AhoCorasick::build_trie(const std::vector<std::string>& words) {
  const auto add_state = [this] {
    trie_.emplace_back(classes_, -1);
    words_of_.emplace_back();
    return static_cast<std::int32_t>(trie_.size() - 1);
  };
  add_state();
  for (std::uint32_t w = 0; w < words.size(); ++w) {
    std::int32_t state = 0;
    for (const char c : words[w]) {
      const std::uint8_t k = class_of_[static_cast<unsigned char>(c)];
      if (trie_[state][k] < 0) {
        const std::int32_t fresh = add_state();
        trie_[state][k] = fresh;
      }
      state = trie_[state][k];
    }
    if (!words[w].empty()) words_of_[state].push_back(w);
  }
}

void AhoCorasick::build_table() {
  std::vector<std::int32_t> fail(trie_.size(), 0);
  std::queue<std::int32_t> todo;
  for (std::int32_t& to : trie_[0]) {
    if (to < 0) {
      to = 0;
    } else {
      todo.push(to);
    }
  }
  while (!todo.empty()) {
    const std::int32_t state = todo.front();
    todo.pop();
    const std::vector<std::uint32_t>& shorter = words_of_[fail[state]];
    words_of_[state].insert(words_of_[state].end(), shorter.begin(), shorter.end());
    for (std::uint32_t k = 0; k < classes_; ++k) {
      std::int32_t& to = trie_[state][k];
      const std::int32_t other = trie_[fail[state]][k];
      if (to < 0) {
        to = other;
      } else {
        fail[to] = other;
        todo.push(to);
      }
    }
  }
  table_.assign(trie_.size() << shift_, 0);
  for (std::uint32_t state = 0; state < trie_.size(); ++state) {
    for (std::uint32_t k = 0; k < classes_; ++k) {
      const auto to = static_cast<std::uint32_t>(trie_[state][k]);
      table_[(state << shift_) | k] = (to << shift_) | (words_of_[to].empty() ? 0 : kHit);
    }
  }
}

std::size_t AhoCorasick::find_end(std::string_view text) const {
  std::uint32_t state = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    state = next(state, text[i]);
    if (state & kHit) return i + 1;
  }
  return std::string_view::npos;
}

}  // namespace exo_harness::diagnose

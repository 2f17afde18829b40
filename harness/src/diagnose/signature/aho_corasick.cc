#include "aho_corasick.h"

#include <algorithm>
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

std::vector<std::size_t> AhoCorasick::find_ends(std::string_view text) const {
  constexpr std::size_t kLanes = 4;
  std::array<std::size_t, kLanes + 1> cut{};
  for (std::size_t lane = 1; lane <= kLanes; ++lane) {
    const std::size_t newline = text.find('\n', std::max(cut[lane - 1], text.size() * lane / kLanes));
    cut[lane] = newline == std::string_view::npos || lane == kLanes ? text.size() : newline;
  }
  std::size_t together = text.size();
  for (std::size_t lane = 0; lane < kLanes; ++lane) together = std::min(together, cut[lane + 1] - cut[lane]);

  std::array<std::uint32_t, kLanes> state{};
  std::array<std::vector<std::size_t>, kLanes> ends;
  const auto note = [&](std::size_t lane, std::size_t end) {
    if ((state[lane] & kHit) == 0) return;
    state[lane] &= ~kHit;
    ends[lane].push_back(end);
  };
  // Locals, so that the states of all lanes stay in registers.
  const std::uint32_t* const table = table_.data();
  const std::uint8_t* const class_of = class_of_.data();
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  const unsigned char *in0 = bytes + cut[0], *in1 = bytes + cut[1], *in2 = bytes + cut[2], *in3 = bytes + cut[3];
  std::uint32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (std::size_t i = 0; i < together; ++i) {
    s0 = table[s0 | class_of[in0[i]]];
    s1 = table[s1 | class_of[in1[i]]];
    s2 = table[s2 | class_of[in2[i]]];
    s3 = table[s3 | class_of[in3[i]]];
    if (((s0 | s1 | s2 | s3) & kHit) == 0) continue;
    state = {s0, s1, s2, s3};
    for (std::size_t lane = 0; lane < kLanes; ++lane) note(lane, cut[lane] + i + 1);
    s0 &= ~kHit, s1 &= ~kHit, s2 &= ~kHit, s3 &= ~kHit;
  }
  state = {s0, s1, s2, s3};
  std::vector<std::size_t> all;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    for (std::size_t at = cut[lane] + together; at < cut[lane + 1]; ++at) {
      state[lane] = next(state[lane], text[at]);
      note(lane, at + 1);
    }
    all.insert(all.end(), ends[lane].begin(), ends[lane].end());
  }
  return all;
}

}  // namespace exo_harness::diagnose

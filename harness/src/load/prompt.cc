#include "exo_harness/load/prompt.h"

#include <algorithm>
#include <array>
#include <random>
#include <string_view>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::load {

namespace {

constexpr std::array<std::string_view, 32> kWords = {
    "the",   "a",    "river", "house", "under", "bright", "walks", "and",  "green", "slowly", "morning",
    "with",  "old",  "stone", "over",  "small", "bird",   "sings", "near", "wide",  "field",  "where",
    "train", "runs", "paper", "cup",   "blue",  "window", "again", "long", "road",  "quiet"};
// None of them is among the words above, nor part of one.
constexpr std::array<std::string_view, 16> kKeys = {
    "marmalade", "porcelain", "lantern",  "saxophone", "cinnamon", "telescope", "umbrella", "dragonfly",
    "volcano",   "harmonica", "cucumber", "backpack",  "elephant", "pineapple", "magnet",   "tornado"};

std::mt19937_64 random_of(std::uint64_t seed, std::uint64_t number) {
  return std::mt19937_64(seed * 0x9E3779B97F4A7C15ull + number);
}

void add_words(std::string& text, int count, std::mt19937_64& random) {
  for (int i = 0; i < count; ++i) {
    text += ' ';
    text += kWords[random() % kWords.size()];
  }
}

}  // namespace

// In the first token: whatever comes behind it then has another past.
std::string PromptMaker::head(std::uint64_t number) const {
  return format("{:08x} is the number of this text.", static_cast<std::uint32_t>(random_of(seed_, number)()));
}

PromptText PromptMaker::endless(std::uint64_t number, int words) const {
  constexpr int kOwnWords = 20;
  std::mt19937_64 random = random_of(seed_ + 1, number);
  std::string text = head(number) + " Write a very long story, and never end it. It begins so:";
  add_words(text, std::max(0, words - kOwnWords), random);
  return {text, ""};
}

PromptText PromptMaker::needle(std::uint64_t number, int words) const {
  constexpr int kOwnWords = 35;
  std::mt19937_64 random = random_of(seed_ + 2, number);
  const std::string key(kKeys[random() % kKeys.size()]);
  const int rest = std::max(0, words - kOwnWords);
  const int before = rest == 0 ? 0 : static_cast<int>(random() % static_cast<std::uint64_t>(rest));
  std::string text = head(number) + " Read all of it, for somewhere in it stands a key.";
  add_words(text, before, random);
  text += ". The key is " + key + ". Remember it.";
  add_words(text, rest - before, random);
  text += ". That was the text. What is the key? Answer with the key, one word.";
  return {text, key};
}

std::function<PromptText(std::uint64_t number)> prompts_of(std::uint64_t seed, bool with_key, int words,
                                                           bool finds_keys) {
  return [maker = PromptMaker(seed), with_key, words, finds_keys](std::uint64_t number) {
    PromptText prompt = with_key ? maker.needle(number, words) : maker.endless(number, words);
    if (!finds_keys) prompt.needle.clear();
    return prompt;
  };
}

bool holds_needle(const std::string& answer, const std::string& needle) {
  return contains(to_lower(answer), to_lower(needle));
}

}  // namespace exo_harness::load

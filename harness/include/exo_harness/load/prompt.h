#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace exo_harness::load {

/// What one request asks.
struct PromptText {
  std::string text;
  std::string needle;  ///< A word that the text holds once and the answer must hold; empty: no answer is expected.
};

/// Makes the prompts of a load: each begins with words of its own, so that no prefix cache knows it, and the same seed
/// makes the same prompts.
class PromptMaker {
 public:
  explicit PromptMaker(std::uint64_t seed) : seed_(seed) {}

  /// Asks for an answer that goes on longer than any limit, in about `words` words.
  PromptText endless(std::uint64_t number, int words) const;
  /// About `words` words with a key somewhere among them, and the question for it at the end.
  PromptText needle(std::uint64_t number, int words) const;

 private:
  std::string head(std::uint64_t number) const;

  std::uint64_t seed_;
};

/// Makes the prompt of a number, of about `words` words: each with a key, or endless. `finds_keys`: whether the model
/// can be asked for one; of random weights no answer is expected.
std::function<PromptText(std::uint64_t number)> prompts_of(std::uint64_t seed, bool with_key, int words,
                                                           bool finds_keys);

/// Whether an answer holds the needle, whatever the case of its letters.
bool holds_needle(const std::string& answer, const std::string& needle);

}  // namespace exo_harness::load

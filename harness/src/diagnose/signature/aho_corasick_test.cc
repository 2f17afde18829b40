#include "aho_corasick.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace exo_harness::diagnose {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::size_t> found_one_by_one(const std::vector<std::string>& words, const std::string& text) {
  std::vector<std::size_t> ends;
  for (std::size_t end = 1; end <= text.size(); ++end) {
    const auto ends_here = [&](const std::string& w) { return std::string_view(text).substr(0, end).ends_with(w); };
    if (std::any_of(words.begin(), words.end(), ends_here)) ends.push_back(end);
  }
  return ends;
}

TEST(AhoCorasick, FindsNothingInNothing) {
  EXPECT_THAT(AhoCorasick({"boom"}).find_ends(""), IsEmpty());
  EXPECT_THAT(AhoCorasick({"boom"}).find_ends("\n\n\n\n"), IsEmpty());
}

TEST(AhoCorasick, FindsWordsInsideOfWords) {
  EXPECT_THAT(AhoCorasick({"abcd", "bc", "d"}).find_ends("xabcd"), ElementsAre(4, 5));
}

// The text is read in parts side by side: what stands at their borders, and in parts of any length, counts as any
// other.
TEST(AhoCorasick, FindsWhatALookAtEachPlaceFinds) {
  std::mt19937 random(20261125);
  for (int round = 0; round < 2000; ++round) {
    const auto letters = [&](std::size_t most, const char* from, int count) {
      std::string text(random() % (most + 1), ' ');
      for (char& c : text) c = from[random() % static_cast<unsigned>(count)];
      return text;
    };
    const std::vector<std::string> words = {"a" + letters(3, "ab", 2), "b" + letters(2, "ab", 2)};
    const std::string text = letters(200, "abc\nabc", 7);
    ASSERT_EQ(AhoCorasick(words).find_ends(text), found_one_by_one(words, text)) << text;
  }
}

}  // namespace
}  // namespace exo_harness::diagnose

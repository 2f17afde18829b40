#include "exo_harness/core/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/redact.h"

namespace exo_harness {
namespace {

using testing::ElementsAre;
using namespace std::chrono_literals;

TEST(FirstLine, IsThatOfTheTextWithoutBlanks) {
  EXPECT_EQ(first_line("one\ntwo"), "one");
  EXPECT_EQ(first_line("\n  \n one \r\ntwo\n"), "one");
  EXPECT_EQ(first_line(" \n"), "");
}

TEST(Printable, LeavesValidTextAlone) {
  EXPECT_EQ(printable("a\tb\n\u00e4\u20ac\U0001F600"), "a\tb\n\u00e4\u20ac\U0001F600");
}

TEST(Printable, ShowsWhatMayNotStand) {
  EXPECT_EQ(printable(std::string_view("\x1b[0m\0", 5)), "\\x1B[0m\\x00");
  EXPECT_EQ(printable("\xff\xc0\x80"), "\\xFF\\xC0\\x80");
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xED\\xA0\\x80");
  EXPECT_EQ(printable("\xef\xbf\xbf"), "\\uFFFF");
  EXPECT_EQ(printable("a\u202Eb\u2066c\u200F\u061C"), "a\\u202Eb\\u2066c\\u200F\\u061C");
  EXPECT_EQ(printable("cut \xe2\x82"), "cut \\xE2\\x82");
}

TEST(StripAnsi, RemovesColoursAndTitles) {
  EXPECT_EQ(strip_ansi("\x1b[32m\x1b[1mok\x1b[0m \x1b]0;title\aend"), "ok end");
  EXPECT_EQ(strip_ansi("cut \x1b["), "cut ");
}

TEST(Lines, LeaveNoEmptyLineForTheLastNewline) {
  EXPECT_THAT(lines("a\n\nb\n"), ElementsAre("a", "", "b"));
  EXPECT_THAT(lines(""), ElementsAre());
  EXPECT_EQ(last_lines("a\nb\nc\n", 2), "b\nc");
}

TEST(Elide, KeepsBeginAndEnd) {
  EXPECT_EQ(elide("abcdef", 6), "abcdef");
  EXPECT_EQ(elide("abcdef", 5), "ab\u2026ef");
  EXPECT_EQ(elide("abcdef", 4), "ab\u2026f");
  EXPECT_EQ(elide("\u20ac\u20ac\u20ac\u20ac", 3), "\u20ac\u2026\u20ac");
  EXPECT_EQ(elide("abc", 1), "\u2026");
  EXPECT_EQ(elide("abc", 0), "");
}

TEST(Shorten, CutsAtACharacter) {
  EXPECT_EQ(shorten("\u20ac\u20ac", 4), "\u20ac [3 bytes more]");
  EXPECT_EQ(shorten("abc", 3), "abc");
}

TEST(Shorten, CutsThroughNoSecret) {
  const std::string known = "shorten-known-0123456789";
  add_secret(known);
  for (const std::string& secret : {known, std::string("hf_abcdefghijklmnopqrstuvwxyz0123")}) {
    for (std::size_t limit = 8; limit <= secret.size() + 8; ++limit) {
      const std::string cut = shorten("it has " + secret + " and more that nobody wants to read", limit);
      EXPECT_EQ(cut.find(secret.substr(0, 4)), std::string::npos) << cut;
    }
  }
}

TEST(NearestNames, PutTheBestFirst) {
  EXPECT_THAT(nearest_names("discvery", {"inference", "discovery", "staging"}), ElementsAre("discovery"));
  EXPECT_THAT(nearest_names("llama", {"nemotron-3-nano", "llama-3.2-1b"}), ElementsAre("llama-3.2-1b"));
  EXPECT_THAT(nearest_names("zzzzzzzz", {"staging"}), ElementsAre());
}

TEST(ForPeople, PicksTheUnit) {
  EXPECT_EQ(humanize(45ms), "45 ms");
  EXPECT_EQ(humanize(1230ms), "1.23 s");
  EXPECT_EQ(humanize(125s), "2 min 05 s");
  EXPECT_EQ(human_bytes(31'200'000'000), "31.2 GB");
  EXPECT_EQ(human_bytes(999), "999 B");
}

TEST(EscapeMarkup, LeavesNoMarkup) {
  EXPECT_EQ(escape_markup("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
}

}  // namespace
}  // namespace exo_harness

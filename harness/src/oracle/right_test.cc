#include "exo_harness/oracle/right.h"

#include <gtest/gtest.h>

#include "exo_harness/core/text.h"

namespace exo_harness::oracle {
namespace {

const Expected kFour{{"4", "four"}, "What is 2+2? Answer with the number only.", 20, {"</think>", "<|eot_id|>"}};
const Expected kCount{{"1 2 3 4"}, "Count from 1 to 10.", 20, {}};
const Expected kStreet{{"Straße"}, "Write the German word for street.", 20, {}};

TEST(Right, IsTheExpectedWordAloneOrInASentence) {
  for (const char* answer : {"4", " 4\n", "4.", "**4**", "Four", "2+2 equals 4.", "The answer is 4", "2 + 2 = 4",
                             "4 is the sum of 2 and 2.", "\"4\"", "\\boxed{4}"}) {
    EXPECT_TRUE(is_right(answer, kFour).ok()) << answer;
  }
  for (const char* answer : {"1 2 3 4", "1, 2, 3, 4, ", "1\n2\n3\n4\n", "Here you are: 1 2 3 4"}) {
    EXPECT_TRUE(is_right(answer, kCount).ok()) << answer;
  }
  for (const char* answer : {"Straße", "Das Wort ist Straße, und auf Japanisch 通り 🙂.", "die straße"}) {
    EXPECT_TRUE(is_right(answer, kStreet).ok()) << answer;
  }
}

TEST(Right, IsNothingThatOnlyHoldsIt) {
  const auto wrong = [](const std::string& answer, const Expected& expected, const std::string& why) {
    const auto outcome = is_right(answer, expected);
    ASSERT_FALSE(outcome.ok()) << answer;
    EXPECT_EQ(outcome.failure().kind, FailureKind::mismatch);
    EXPECT_TRUE(contains(outcome.failure().what, why)) << outcome.failure().what;
  };
  wrong("The answer is 42.", kFour, "none of \"4\", \"four\"");
  wrong("fourteen", kFour, "none of");
  wrong("", kFour, "none of");
  wrong("4 or 5", kFour, "and so is 5");
  wrong("The user asks for a sum, so I add the numbers up. 2+2 equals 4.", kFour, "it speaks of the user");
  wrong("</think>\n\n4", kFour, "\"</think>\"");
  wrong("4<|eot_id|>", kFour, "\"<|eot_id|>\"");
  wrong(std::string("4") + '\x1b' + "[m", kFour, "an invisible character");
  wrong("\u202e4", kFour, "an invisible character");
  wrong("4\ufffd", kFour, "half of one");
  wrong("1 2 3 4 6 7", kCount, "and so is 6");
  wrong("1 2 4", kCount, "none of");
  std::string much = "Straße";
  for (int i = 0; i < 20; ++i) much += " word";
  wrong(much, kStreet, "among 21 words where 20 are enough");
}

}  // namespace
}  // namespace exo_harness::oracle

#include "exo_harness/oracle/thinking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/oracle/marks.h"

namespace exo_harness::oracle {
namespace {

using testing::HasSubstr;

const std::vector<std::string> kMarks = {"<think>", "</think>", "<|im_end|>", "<tool_call>"};

exo::ChatAnswer thought(const std::string& reasoning, const std::string& content, int reasoning_tokens, int all,
                        const std::string& end = "stop") {
  exo::ChatAnswer answer;
  answer.reasoning = reasoning, answer.content = content, answer.finish_reason = end;
  answer.usage = exo::Usage{30, all, 30 + all, 0, reasoning_tokens};
  return answer;
}

const exo::ChatAnswer kWhole = thought("The user asks for a sum.", "2+2 equals 4.", 11, 16);

std::string marked(const exo::ChatAnswer& answer) {
  const auto clean = has_no_mark(answer, kMarks);
  return clean ? "" : clean.failure().what;
}

TEST(Marks, OfAHealthyAnswerAreNone) {
  EXPECT_EQ(marked(kWhole), "");
}

TEST(Marks, AreFoundWhereverTheyAre) {
  EXPECT_THAT(marked(thought("", "I see it.</think>Four it is.", 0, 5)),
              HasSubstr("\"</think>\", is in content: …I see it.</think>"));
  EXPECT_THAT(marked(thought("<think>I see", "Four", 3, 5)), HasSubstr("is in reasoning_content"));
  exo::ChatAnswer calls = kWhole;
  calls.tool_calls = {R"({"function":{"name":"f","arguments":"{}<|im_end|>"}})"};
  EXPECT_THAT(marked(calls), HasSubstr("\"<|im_end|>\", is in tool_calls"));
}

TEST(Marks, ThatMayStandWithinAnAnswerDoNotEndIt) {
  const std::vector<std::string> end = {"</s>"};
  const auto ended = [&](const exo::ChatAnswer& answer) {
    const auto clean = ends_in_no_mark(answer, end);
    return clean ? "" : clean.failure().what;
  };
  EXPECT_EQ(ended(kWhole), "");
  EXPECT_EQ(ended(thought("", "Write <s>this</s> in HTML.", 0, 9)), "");
  EXPECT_THAT(ended(thought("", "2+2 equals 4.</s>\n", 0, 9)),
              HasSubstr("\"</s>\", is in content: …2+2 equals 4.</s>…"));
  EXPECT_THAT(ended(thought("I add.</s>", "4", 3, 9)), HasSubstr("is in reasoning_content"));
}

TEST(StoppedWhileThinking, IsSaidWithItsTokens) {
  EXPECT_EQ(stopped_while_thinking(thought("The user asks", "", 50, 50, "length")),
            "stopped while thinking: 50 of 50 tokens, no answer yet");
}

// Recorded of both generations: the last token is told as content.
TEST(StoppedWhileThinking, IsSeenThroughTheLastThought) {
  const auto cut = thought("The user asks for a sum", ",", 5, 6, "length");

  EXPECT_TRUE(last_thought_is_content(cut));
  EXPECT_EQ(stopped_while_thinking(cut), "stopped while thinking: 6 of 6 tokens, no answer yet");
}

TEST(StoppedWhileThinking, IsNoneOfWhatHasAnAnswer) {
  EXPECT_FALSE(stopped_while_thinking(kWhole));
  EXPECT_FALSE(stopped_while_thinking(thought("", "2+2 equals", 0, 2, "length")));
  EXPECT_FALSE(stopped_while_thinking(thought("The user asks.", "2+2", 11, 13, "length"))) << "an answer that is cut";
  EXPECT_FALSE(last_thought_is_content(thought("The user asks.", "2+2", 11, 13, "length")));
}

std::string apart(const exo::ChatAnswer& answer) {
  const auto said = is_thought_apart(answer);
  return said ? "apart" : said.failure().what;
}

TEST(Thought, IsApartFromTheAnswer) {
  EXPECT_EQ(apart(kWhole), "apart");
}

TEST(Thought, ThatIsNotApartIsFound) {
  EXPECT_THAT(apart(thought("", "The user asks. 4", 0, 16)), HasSubstr("no reasoning_content came"));
  EXPECT_THAT(apart(thought("The user asks. 4", "", 16, 16)), HasSubstr("no content came"));
  EXPECT_THAT(apart(thought("The user asks.", "The user asks. 4", 11, 16)), HasSubstr("holds the reasoning"));
  EXPECT_THAT(apart(thought("The user asks.", "4", 0, 16)), HasSubstr("0 of 16 tokens"));
  EXPECT_THAT(apart(thought("The user asks.", "4", 16, 16)), HasSubstr("16 of 16 tokens"));
}

}  // namespace
}  // namespace exo_harness::oracle

#include "exo_harness/http/sse.h"

#include <gtest/gtest.h>

#include "exo_harness/core/text.h"

#include "sse_cuts.h"

namespace exo_harness::http {
namespace {

TEST(Sse, FollowsTheStandard) {
  EXPECT_EQ(parse("data: YHOO\ndata: +2\ndata: 10\n\n"), (Events{"|YHOO\n+2\n10|"}));
  EXPECT_EQ(parse(": test\n\ndata: a\nid: 1\n\ndata:b\nid\n\ndata:  c\n\n"),
            (Events{"#|test|", "|a|1", "|b|", "| c|"}));
  EXPECT_EQ(parse("data\n\ndata\ndata\n\ndata:"), (Events{"||", "|\n|"}));
  EXPECT_EQ(parse("event: add\ndata: 1\n\ndata: 2\n\n"), (Events{"add|1|", "|2|"}));
}

TEST(Sse, EndsLinesAtLfCrAndCrLf) {
  EXPECT_EQ(parse("data: a\n\ndata: b\r\rdata: c\r\n\r\n"), (Events{"|a|", "|b|", "|c|"}));
  EXPECT_EQ(parse("data: a\r\ndata: b\rdata: c\n\n"), (Events{"|a\nb\nc|"}));
}

TEST(Sse, DropsOneByteOrderMarkAtTheStartOnly) {
  EXPECT_EQ(parse("\xEF\xBB\xBF"
                  "data: a\n\n"),
            (Events{"|a|"}));
  EXPECT_EQ(parse("\xEF\xBB\xBF\xEF\xBB\xBF"
                  "data: a\n\n"),
            (Events{}));
  EXPECT_EQ(parse("data: a\n\n\xEF\xBB\xBF"
                  "data: b\n\n"),
            (Events{"|a|"}));
}

TEST(Sse, AnEventWithoutDataIsNone) {
  EXPECT_EQ(parse("event: add\nid: 7\n\n\n\ndata: x\n\n"), (Events{"|x|7"}));
}

TEST(Sse, AnIdWithNulIsIgnored) {
  using namespace std::string_view_literals;
  EXPECT_EQ(parse("id: 1\nid: 2\0\ndata: x\n\n"sv), (Events{"|x|1"}));
}

TEST(Sse, UnknownFieldsAndRetryChangeNothing) {
  EXPECT_EQ(parse("retry: 10\nDATA: no\nfoo: bar\ndata: yes\n\n"), (Events{"|yes|"}));
}

TEST(Sse, BytesThatAreNoUtf8PassThrough) {
  EXPECT_EQ(parse("data: \xFF\xC3\n\n"), (Events{"|\xFF\xC3|"}));
}

TEST(Sse, TellsWhatWasCutOff) {
  bool unfinished = false;
  for (const char* text : {"data: a", "data: a\n", "data", "event: x\n", ": com", "data: a\n\ndata: b\n"}) {
    parse({text}, &unfinished);
    EXPECT_TRUE(unfinished) << text;
  }
  for (const char* text : {"", "data: a\n\n", ": c\n", ": c\n\n", "data: a\r\r"}) {
    parse({text}, &unfinished);
    EXPECT_FALSE(unfinished) << text;
  }
}

TEST(Sse, RefusesALineOverTheLimit) {
  SseParser parser;
  const std::string block(64 * 1024, 'x');
  bool failed = false;
  for (int i = 0; i < 20 && !failed; ++i) failed = !parser.feed(block).ok();
  EXPECT_TRUE(failed);
}

TEST(Sse, RefusesAnEventOverTheLimit) {
  SseParser parser;
  const std::string line = "data: " + std::string(SseParser::kMaxLineBytes - 100, 'x') + "\n";
  int fed = 0;
  while (fed < 20 && parser.feed(line).ok()) ++fed;
  EXPECT_EQ(fed, 8);
}

TEST(Sse, StampsAnEventWithTheArrivalOfItsLastByte) {
  SseParser parser;
  ASSERT_TRUE(parser.feed("data: a\n", 1).ok());
  const auto events = parser.feed("\n", 2);
  ASSERT_EQ(events->size(), 1u);
  EXPECT_EQ(events->front().at_ns, 2);
}

std::vector<std::string> streams() {
  return {"data: a\r\n\r\ndata: b\r\r: c\r\nid: 1\r\ndata: d\ndata: e\n\n\r\n\rdata:f\r\r\n",
          "\xEF\xBB\xBF: keep-alive\n\ndata: {\"x\":\"\xE2\x82\xAC\"}\n\ndata: [DONE]\n\n",
          "event: x\rdata\rid:\r\rdata: \r\n\r\ndata: tail"};
}

// Those of recordings are cut in the layer exo, which knows them.
TEST(Sse, CutsInTwoGiveTheSameEvents) {
  for (const std::string& stream : streams()) expect_same_for_cuts_in_two(stream, 1);
}

TEST(Sse, ManyCutsGiveTheSameEvents) {
  for (const std::string& stream : streams()) expect_same_for_many_cuts(stream);
}

}  // namespace
}  // namespace exo_harness::http

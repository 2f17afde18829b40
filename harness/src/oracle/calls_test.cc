#include "exo_harness/oracle/calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"

namespace exo_harness::oracle {
namespace {

using testing::HasSubstr;

const std::vector<exo::Tool> kTools = {{"get_weather", "", {{"city"}}}, {"get_time", "", {{"city"}}}};

std::string piece(int index, const std::string& id, const std::string& name, const std::string& city) {
  return format(R"({{"index":{},"id":"{}","function":{{"name":"{}","arguments":"{{\"city\": \"{}\"}}"}}}})", index, id,
                name, city);
}

exo::ChatAnswer calling(std::vector<std::string> pieces, const std::string& end = "tool_calls") {
  exo::ChatAnswer answer;
  answer.tool_calls = std::move(pieces);
  answer.finish_reason = end;
  return answer;
}

std::string offered(const exo::ChatAnswer& answer) {
  const auto said = calls_as_offered(answer, kTools);
  return said ? "as offered" : said.failure().what;
}

TEST(Calls, AreAsOffered) {
  EXPECT_EQ(offered(calling({piece(0, "a", "get_weather", "Paris"), piece(1, "b", "get_time", "Rome")})), "as offered");
}

TEST(Calls, ThatWereNotOfferedAreFound) {
  EXPECT_THAT(offered(calling({})), HasSubstr("none came"));
  EXPECT_THAT(offered(calling({piece(0, "a", "get_rain", "Paris")})), HasSubstr("no tool of that name"));
  EXPECT_THAT(offered(calling({piece(0, "", "get_time", "Paris")})), HasSubstr("has no id"));
  EXPECT_THAT(offered(calling({piece(0, "a", "get_time", "Rome"), piece(1, "a", "get_time", "Rome")})),
              HasSubstr("two have the id a"));
  EXPECT_THAT(offered(calling({piece(0, "a", "get_time", "Rome"), piece(1, "b", "get_time", "Rome")})),
              HasSubstr("came twice"));
  EXPECT_THAT(offered(calling({piece(0, "a", "get_time", "Rome")}, "stop")), HasSubstr("finish reason is 'stop'"));
}

std::string same(const exo::ChatAnswer& whole, const exo::ChatAnswer& streamed) {
  const auto said = calls_the_same(whole, exo::ChatStream{streamed, {}});
  return said ? "the same" : said.failure().what;
}

TEST(Calls, OfAStreamAreThoseOfTheWhole) {
  const auto whole = calling({piece(0, "a", "get_time", "Rome")});

  EXPECT_EQ(same(whole, calling({piece(0, "z", "get_time", "Rome")})), "the same");
  EXPECT_THAT(same(whole, calling({})), HasSubstr("1 in the whole answer, 0 in the stream"));
  EXPECT_THAT(same(whole, calling({piece(0, "z", "get_time", "Oslo")})), HasSubstr("in the stream"));
  EXPECT_THAT(same(whole, calling({piece(0, "z", "get_time", "Rome")}, "stop")), HasSubstr("'stop' in the stream"));
}

}  // namespace
}  // namespace exo_harness::oracle

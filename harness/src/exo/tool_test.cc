#include "exo_harness/exo/tool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/exo/chat.h"

#include "parse.h"

namespace exo_harness::exo {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

const std::vector<Tool> kTools = {{"get_weather", "", {{"city"}, {"days", ToolParameter::Type::integer, false}}},
                                  {"get_time", "", {{"city"}}}};

std::string why(const std::string& name, const std::string& arguments) {
  const auto fit = fits({"id", name, arguments}, kTools);
  return fit ? "fits" : fit.failure().what;
}

TEST(ToolCall, FitsItsTool) {
  EXPECT_EQ(why("get_weather", R"({"city": "Paris", "days": 3})"), "fits");
  EXPECT_EQ(why("get_weather", R"({"city": "Paris"})"), "fits");
}

TEST(ToolCall, DoesNotFit) {
  EXPECT_THAT(why("get_rain", R"({"city": "Paris"})"), HasSubstr("no tool of that name was offered"));
  EXPECT_THAT(why("get_weather", R"({"city": "Par)"), HasSubstr("not JSON"));
  EXPECT_THAT(why("get_weather", R"(["Paris"])"), HasSubstr("no JSON object"));
  EXPECT_THAT(why("get_weather", R"({"days": 3})"), HasSubstr("`city` is required"));
  EXPECT_THAT(why("get_weather", R"({"city": 5})"), HasSubstr("`city` is not a text"));
  EXPECT_THAT(why("get_weather", R"({"city": "Paris", "days": "3"})"), HasSubstr("`days` is not an integer"));
  EXPECT_THAT(why("get_time", R"({"city": "Paris", "days": 3})"), HasSubstr("no argument `days`"));
}

TEST(ToolCalls, AreJoinedFromTheirPieces) {
  const auto calls = read_tool_calls({R"({"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}})",
                                      R"({"index":1,"id":"b","function":{"name":"g","arguments":"{}"}})",
                                      R"({"index":0,"function":{"arguments":":1}"}})"});

  ASSERT_TRUE(calls.ok());
  EXPECT_THAT(*calls, ElementsAre(AllOf(Field(&ToolCall::id, "a"), Field(&ToolCall::arguments, R"({"x":1})")),
                                  Field(&ToolCall::name, "g")));
}

TEST(ToolCalls, WithoutANameAreMalformed) {
  EXPECT_FALSE(read_tool_calls({R"({"index":0,"function":{"arguments":"{}"}})"}).ok());
  EXPECT_FALSE(read_tool_calls({"{"}).ok());
}

TEST(ChatRequest, OffersToolsAndSaysWhatWasCalled) {
  ChatRequest request;
  request.model = "m";
  request.tools = {kTools[1]};
  request.tool_choice = "get_time";
  request.messages = {
      {"user", "When?"}, {"assistant", "", {{"c1", "get_time", R"({"city":"Rome"})"}}, ""}, {"tool", "noon", {}, "c1"}};

  EXPECT_EQ(
      write_chat(request, false),
      R"({"messages":[{"content":"When?","role":"user"},{"content":null,"role":"assistant","tool_calls":[{"function":{"arguments":"{\"city\":\"Rome\"}","name":"get_time"},"id":"c1","type":"function"}]},{"content":"noon","role":"tool","tool_call_id":"c1"}],)"
      R"("model":"m","stream":false,"tool_choice":{"function":{"name":"get_time"},"type":"function"},)"
      R"("tools":[{"function":{"description":"","name":"get_time","parameters":{"properties":{"city":{"type":"string"}},"required":["city"],"type":"object"}},"type":"function"}]})");
  request.tool_choice = "none";
  EXPECT_THAT(write_chat(request, false), HasSubstr(R"("tool_choice":"none")"));
}

}  // namespace
}  // namespace exo_harness::exo

#include "exo_harness/exo/shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace exo_harness::exo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Shape, OfTheSameIsTheSame) {
  EXPECT_THAT(shape_differences(R"({"a":1,"b":["x"],"c":{"d":null}})", R"({"b":["y","z"],"a":2.5,"c":{"d":null}})"),
              IsEmpty());
}

TEST(Shape, MissesAKey) {
  EXPECT_THAT(shape_differences(R"({"a":{"b":1}})", R"({"a":{"c":1}})"), ElementsAre("/a: no key b"));
}

TEST(Shape, SeesAnotherKind) {
  EXPECT_THAT(shape_differences(R"({"a":1})", R"({"a":"1"})"), ElementsAre(HasSubstr(R"(/a: "1" instead of 1)")));
  EXPECT_THAT(shape_differences(R"({"a":1})", R"({"a":null})"), ElementsAre(HasSubstr("null instead of 1")));
}

TEST(Shape, KnowsTheWordsOfTheProtocol) {
  EXPECT_THAT(shape_differences(R"({"object":"list"})", R"({"object":"liste"})"), ElementsAre(HasSubstr("liste")));
  EXPECT_THAT(shape_differences(R"({"text":"list"})", R"({"text":"liste"})"), IsEmpty());
}

TEST(Shape, TakesNewKeysButNoNewNull) {
  EXPECT_THAT(shape_differences(R"({"a":1})", R"({"a":1,"b":2})"), IsEmpty());
  EXPECT_THAT(shape_differences(R"({"a":1})", R"({"a":1,"b":null})"), ElementsAre(HasSubstr("key b is null")));
}

TEST(Shape, ComparesEachElementWithTheNearestRecordedOne) {
  EXPECT_THAT(shape_differences(R"([{"a":1},{"a":1,"b":2}])", R"([{"a":3,"b":4},{"a":5}])"), IsEmpty());
  EXPECT_THAT(shape_differences(R"([{"a":1},{"a":1,"b":2}])", R"([{"a":3},{"b":4}])"), ElementsAre("/1: no key a"));
}

TEST(Shape, ComparesValuesOfMapsByIdAndTags) {
  const char* recorded = R"({"01234567-0123-0123-0123-012345678901":{"RunnerFailed":{"text":"x"}}})";
  EXPECT_THAT(shape_differences(recorded, R"({"abcdefgh-0123-0123-0123-012345678901":{"RunnerFailed":{"text":""}}})"),
              IsEmpty());
  EXPECT_THAT(shape_differences(recorded, R"({"abcdefgh-0123-0123-0123-012345678901":{"RunnerFailed":{}}})"),
              ElementsAre(HasSubstr("no key text")));
  EXPECT_THAT(shape_differences(recorded, R"({"abcdefgh-0123-0123-0123-012345678901":{"RunnerNew":{"n":1}}})"),
              IsEmpty());
}

TEST(Shape, KnowsTheNodeIdsOfZenohForIds) {
  EXPECT_THAT(shape_differences(R"({"fcef7c590ff51ef281817aba804cf7f7":{"a":1}})",
                                R"({"88410003f4f3d16c43f917b680327cb":{"a":2}})"),
              IsEmpty());
  EXPECT_THAT(shape_differences(R"({"fcef7c590ff51ef281817aba804cf7f7":{"a":1}})",
                                R"({"88410003f4f3d16c43f917b680327cb":{"b":2}})"),
              ElementsAre(HasSubstr("no key a")));
}

TEST(Shape, LetsAModelCardLackWhatAnotherHas) {
  EXPECT_THAT(shape_differences(R"({"modelCard":{"heads":2}})", R"({"modelCard":{"heads":null}})"), IsEmpty());
  EXPECT_THAT(shape_differences(R"({"modelCard":{"heads":2}})", R"({"modelCard":{}})"),
              ElementsAre(HasSubstr("no key heads")));
}

TEST(Shape, TakesAnotherTagWhereOneStands) {
  EXPECT_THAT(shape_differences(R"({"info":{"Memory":{"a":1}}})", R"({"info":{"Disk":{"b":1}}})"), IsEmpty());
  EXPECT_THAT(shape_differences(R"({"info":{"Memory":{"a":1}}})", R"({"info":{"Memory":{"b":1}}})"),
              ElementsAre(HasSubstr("no key a")));
}

TEST(Shape, SaysThatItIsNoJson) {
  EXPECT_THAT(shape_differences("{}", "<html>"), ElementsAre(HasSubstr("not JSON: <html>")));
}

}  // namespace
}  // namespace exo_harness::exo

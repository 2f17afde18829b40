#include "exo_harness/rehearse/rank_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace exo_harness::rehearse {
namespace {

using testing::ElementsAre;

TEST(RankReport, ReadsWhatTheProbeSays) {
  const RankReport report = parse_rank_report(
      "loading\nM {\"said\":\"step\",\"step\":\"load\"}\n"
      "M {\"said\":\"engine\",\"exo\":\"1\",\"mlx\":\"2\",\"mlx_lm\":\"3\",\"python\":\"4\",\"sharding\":\"5\"}\n"
      "M {\"said\":\"weights\",\"wanted\":7,\"missing\":{\"count\":9,\"names\":[\"a\\u001b\"]}}\n"
      "M {\"said\":\"packing\",\"method\":\"fp8\",\"stated\":true,\"modules\":3}\n"
      "M {\"said\":\"forward\",\"shape\":[1,4,99]}\n"
      "M {\"said\":\"end\",\"cpu_seconds\":1.5,\"peak_bytes\":1000}\n\x1b[31mred\n\n",
      "M ");
  EXPECT_EQ(report.last_words, "loading red");
  EXPECT_EQ(report.step, "load");
  ASSERT_TRUE(report.engine.has_value());
  EXPECT_EQ(report.engine->mlx_lm, "3");
  ASSERT_TRUE(report.weights.has_value());
  EXPECT_EQ(report.weights->missing.count, 9u);
  EXPECT_THAT(report.weights->missing.names, ElementsAre("a\\x1B"));
  EXPECT_EQ(report.packing, "fp8");
  EXPECT_EQ(report.packed_modules, 3);
  EXPECT_THAT(report.forwards, ElementsAre("[1,4,99]"));
  EXPECT_TRUE(report.ended);
  EXPECT_EQ(report.peak_bytes, 1000u);
  EXPECT_FALSE(report.passed);
}

TEST(RankReport, MakesALineOfAFailure) {
  const RankReport report = parse_rank_report(
      "M {\"said\":\"failed\",\"step\":\"shard\",\"error\":\"ValueError: a\\nb\",\"place\":\"x.py:1 "
      "f\",\"engine\":true}",
      "M ");
  EXPECT_TRUE(report.failed);
  EXPECT_TRUE(report.blames_engine);
  EXPECT_EQ(report.error, "ValueError: a b");
  EXPECT_EQ(report.place, "x.py:1 f");
}

TEST(RankReport, PassesOverWhatIsNoAnswer) {
  for (const char* text : {"{\"said\":\"passed\"}", "N {\"said\":\"passed\"}", "xM {\"said\":\"passed\"}", "M [1]",
                           "M 7", "M {\"said\":\"pas", "M {\"said\":7}", "M {\"said\":\"other\"}", "M \xff\xfe", "M"}) {
    const RankReport report = parse_rank_report(text, "M ");
    EXPECT_FALSE(report.passed || report.failed || report.ended) << text;
  }
  EXPECT_FALSE(parse_rank_report("{\"said\":\"passed\"}", "").passed);
}

TEST(RankReport, TakesValuesOfAWrongKindForNone) {
  const RankReport report = parse_rank_report(
      "M {\"said\":\"weights\",\"wanted\":\"x\",\"missing\":[],\"extra\":{\"count\":-5,\"names\":7}}\n"
      "M {\"said\":\"end\",\"cpu_seconds\":1e300,\"peak_bytes\":-1}\n",
      "M ");
  ASSERT_TRUE(report.weights.has_value());
  EXPECT_EQ(report.weights->wanted, 0u);
  EXPECT_EQ(report.weights->extra.count, 0u);
  EXPECT_EQ(report.cpu_seconds, 0);
  EXPECT_EQ(report.peak_bytes, 0u);
}

/// The lines of a load that is well, with `more` in it.
RankReport weights_said(const std::string& more) {
  return parse_rank_report("M {\"said\":\"weights\",\"extra\":{\"count\":0},\"misshapen\":{\"count\":0}," + more + "}",
                           "M ");
}

TEST(RankReport, DoesNotBelieveCountsThatCannotBe) {
  const std::string none = "\"missing\":{\"count\":0},\"mistyped\":{\"count\":0}";
  EXPECT_EQ(weights_said("\"wanted\":20,\"refused\":\"x\"," + none).distrust, "");
  EXPECT_EQ(weights_said("\"wanted\":20,\"refused\":\"x\"," + none).weights->refused, "x");
  for (const char* lie :
       {"\"wanted\":0,\"missing\":{\"count\":0},\"mistyped\":{\"count\":0}",
        "\"wanted\":20,\"missing\":[],\"mistyped\":{\"count\":0}", "\"wanted\":20,\"mistyped\":{\"count\":0}",
        "\"wanted\":20,\"missing\":{\"count\":-1},\"mistyped\":{\"count\":0}",
        "\"wanted\":20,\"missing\":{\"count\":0,\"names\":[\"a\"]},\"mistyped\":{\"count\":0}",
        "\"wanted\":20,\"missing\":{\"count\":0},\"mistyped\":{\"count\":21}"})
    EXPECT_NE(weights_said(lie).distrust, "") << lie;
}

TEST(RankReport, DoesNotBelieveTwoAccountsOfTheSameFiles) {
  const std::string line =
      "M {\"said\":\"weights\",\"wanted\":20,\"missing\":{\"count\":0},\"extra\":{\"count\":0},"
      "\"misshapen\":{\"count\":0},\"mistyped\":{\"count\":0}}\n";
  EXPECT_EQ(parse_rank_report(line, "M ").distrust, "");
  EXPECT_EQ(parse_rank_report(line + line, "M ").distrust, "it said twice what the files hold");
}

TEST(RankReport, AShapeHasSizes) {
  for (const char* shape : {"[]", "[0,4,99]", "[1,4,-9]", "[\"a\"]", "[1.5]", "7", "[[1]]"})
    EXPECT_TRUE(
        parse_rank_report(std::string("M {\"said\":\"forward\",\"shape\":") + shape + "}", "M ").forwards.empty())
        << shape;
}

}  // namespace
}  // namespace exo_harness::rehearse

#include "python_json.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"

namespace exo_harness::model {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

PythonJson read(std::string_view text) {
  return parse_python_json(text, "f.json", 64);
}

std::string text_trouble(std::string_view text) {
  try {
    read(text);
  } catch (const HarnessError& error) {
    return error.what();
  }
  return "no trouble";
}

TEST(PythonJson, KnowsThePythonWordsForNumbersThatAreNone) {
  const PythonJson seen = read(R"({"limit": [0.0, Infinity], "a": {"b": -Infinity}, "c": NaN, "d": "NaN, Infinity"})");

  EXPECT_EQ(seen.value["limit"][1].get<double>(), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(seen.value["c"].get<double>()));
  EXPECT_EQ(seen.value["d"].get<std::string>(), "NaN, Infinity");
  EXPECT_THAT(seen.not_finite, ElementsAre("limit[1] is Infinity", "a.b is -Infinity", "c is NaN"));
}

TEST(PythonJson, TakesNumbersOfAnySize) {
  const PythonJson seen = read("[18446744073709551615, -9223372036854775808, 99999999999999999999, 1e999, -1E+999, " +
                               std::string(400, '9') + ", 1e-999]");

  EXPECT_EQ(seen.value[0].get<std::uint64_t>(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(seen.value[1].get<std::int64_t>(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(seen.value[2].get<double>(), 1e20);
  EXPECT_EQ(seen.value[6].get<double>(), 0);
  EXPECT_THAT(seen.not_finite,
              ElementsAre("[3] is more than any double", "[4] is less than any double", "[5] is more than any double"));
}

TEST(PythonJson, TakesTheLastOfTwoKeysAndSaysSo) {
  const PythonJson seen = read(R"({"a": 1, "b": {"a": 1}, "a": 2, "c": [{"x": 1, "x": 3}]})");

  EXPECT_EQ(seen.value["a"].get<int>(), 2);
  EXPECT_THAT(seen.twice, ElementsAre("a", "c[0].x"));
  EXPECT_THAT(read(R"({"a": 1, "b": {"a": 1}})").twice, IsEmpty());
}

TEST(PythonJson, ReadsWhatTheStrictReaderReads) {
  for (const char* text :
       {"{}", "[]", " \t\r\n null ", "true", "false", "0", "-0", "-0.0", "1.5e3", "[1,2 , 3]", R"("\u00e9\n\\\"\/")",
        R"({"a":{"b":[{"c":"d"}]},"e":-12,"f":1.25,"g":""})", R"("\ud83d\ude00")", "\"\xc3\xa9\""}) {
    EXPECT_EQ(read(text).value, json::parse(text)) << text;
  }
}

TEST(PythonJson, RefusesWhatPythonRefusesAndSaysWhere) {
  EXPECT_THAT(text_trouble(""), HasSubstr("f.json: not JSON: line 1, column 1: expected a value, found the end"));
  EXPECT_THAT(text_trouble("{\"a\": 1,\n \"b\": nan}"), HasSubstr("line 2, column 7: expected a value, found `nan}`"));
  EXPECT_THAT(text_trouble("{\"a\" 1}"), HasSubstr("expected `:`, found `1}`"));
  EXPECT_THAT(text_trouble("[1 2]"), HasSubstr("line 1, column 4: expected `,` or `]`, found `2]`"));
  EXPECT_THAT(text_trouble("\xef\xbb\xbf{}"), HasSubstr("byte order mark"));
  EXPECT_THAT(text_trouble("\"\xff\""), HasSubstr("not UTF-8"));
  for (const char* text :
       {"{",         "[",       "[1,]",     "{\"a\":1,}", "{a:1}", "'a'", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
        "\"\t\"",    "01",      "1.",       "1.e3",       ".5",    "+1",  "-",   "--1",     "1e",        "-NaN",
        "+Infinity", "Infinit", "infinity", "nan",        "{} {}", "nul", "[1}", "\"\\"}) {
    EXPECT_THAT(text_trouble(text), HasSubstr("f.json: not JSON: line 1, column ")) << text;
  }
}

TEST(PythonJson, KeepsHalfASurrogatePairAsAReplacement) {
  EXPECT_EQ(read(R"("\ud800x")").value.get<std::string>(), "\xef\xbf\xbdx");
  EXPECT_EQ(read(R"("\ud800\u0041")").value.get<std::string>(),
            "\xef\xbf\xbd"
            "A");
  EXPECT_EQ(read(R"("\udc00")").value.get<std::string>(), "\xef\xbf\xbd");
}

TEST(PythonJson, IsBounded) {
  EXPECT_THAT(text_trouble(std::string(100'000, '[')), HasSubstr("nested deeper than 64"));
  EXPECT_THAT(text_trouble(std::string(64, '[') + std::string(64, ']')), HasSubstr("no trouble"));
  std::string many = "{\"a\":0";
  for (int i = 0; i < 100; ++i) many += ",\"a\":NaN";
  EXPECT_THAT(read(many + "}").twice, SizeIs(20));
  EXPECT_THAT(read(many + "}").not_finite, SizeIs(20));
}

TEST(PythonJson, NamesAPointerOfGitLfs) {
  EXPECT_THAT(text_trouble("version https://git-lfs.github.com/spec/v1\noid sha256:4665\nsize 12345\n"),
              HasSubstr("f.json: a pointer of Git LFS, not the file itself"));
}

}  // namespace
}  // namespace exo_harness::model

#include "exo_harness/model/checkpoint/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

#include "model/test_model.h"

namespace exo_harness::model {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kA = R"("a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]})";

std::string header_trouble(const std::string& json, std::uint64_t data_bytes = 16) {
  try {
    parse_safetensors_header(json, data_bytes, "x.safetensors");
  } catch (const HarnessError& error) {
    return error.what();
  }
  return "no trouble";
}

std::string one(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return format(R"({{"a":{{"dtype":"{}","shape":{},"data_offsets":{}}}}})", dtype, shape, offsets);
}

TEST(SafetensorsHeader, GivesTensorsInTheOrderOfTheFile) {
  const auto header = parse_safetensors_header(
      format(R"({{"__metadata__":{{"format":"mlx"}},"b":{{"dtype":"BF16","shape":[],"data_offsets":[16,18]}},{}}})",
             kA),
      18, "x");

  ASSERT_EQ(header.tensors.size(), 2u);
  EXPECT_EQ(header.tensors[0].name, "a");
  EXPECT_EQ(header.tensors[0].elements(), 4u);
  EXPECT_EQ(header.tensors[1].bytes(), 2u);
  EXPECT_EQ(header.metadata.at("format"), "mlx");
}

TEST(SafetensorsHeader, NamesTheFileTheTensorAndWhatIsWrong) {
  EXPECT_THAT(header_trouble(format("{{{},{}}}", kA, kA)), HasSubstr("x.safetensors: `a` stands twice"));
  EXPECT_THAT(header_trouble(one("F32", "[2,2]", "[0,20]"), 20),
              HasSubstr("tensor `a`: shape and dtype need 16 bytes"));
  EXPECT_THAT(header_trouble(one("F32", "[2,2]", "[16,0]")), HasSubstr("run backwards"));
  EXPECT_THAT(header_trouble(one("F32", "[2,2]", "[0,16]"), 15), HasSubstr("behind the end of the file"));
  EXPECT_THAT(header_trouble(one("F99", "[2,2]", "[0,16]")), HasSubstr("dtype `F99` is not known"));
  EXPECT_THAT(header_trouble(one("F32", "[4294967296,4294967296]", "[0,16]")), HasSubstr("the shape is too large"));
  EXPECT_THAT(header_trouble(one("F32", "[2,-2]", "[0,16]")), HasSubstr("`shape` is a negative number"));
  EXPECT_THAT(header_trouble(one("F32", "[2]", "[0,18446744073709551616]")),
              HasSubstr("with a fraction, or too large"));
  EXPECT_THAT(header_trouble(one("F32", "[[2],2]", "[0,16]")), HasSubstr("`shape` is an array"));
  EXPECT_THAT(header_trouble(one("F32", "[2,2]", "[0]")), HasSubstr("data_offsets needs two numbers"));
  EXPECT_THAT(header_trouble(one("F32", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,4]", "[0,16]")),
              HasSubstr("more than 16 dimensions"));
  EXPECT_THAT(header_trouble(R"({"a":{"dtype":"F32","shape":[4]}})"), HasSubstr("needs dtype, shape and data_offsets"));
  EXPECT_THAT(header_trouble("[1]"), HasSubstr("expected an object of tensors"));
  EXPECT_THAT(header_trouble("{} {}"), HasSubstr("not JSON"));
  EXPECT_THAT(header_trouble("{\"\xff\": 1}"), HasSubstr("not JSON"));
}

TEST(SafetensorsHeader, RefusesRangesThatOverlapOrLeaveAGap) {
  const char* pair =
      R"({{"a":{{"dtype":"U8","shape":[8],"data_offsets":[0,8]}},"b":{{"dtype":"U8","shape":[8],"data_offsets":[{},{}]}}}})";
  EXPECT_THAT(header_trouble(format(fmt::runtime(pair), 4, 12), 12), HasSubstr("tensor `b`: overlaps"));
  EXPECT_THAT(header_trouble(format(fmt::runtime(pair), 9, 17), 17), HasSubstr("tensor `b`: leaves a gap"));
  EXPECT_THAT(header_trouble(format(fmt::runtime(pair), 8, 16), 20), HasSubstr("cover 16 bytes, the file holds 20"));
  EXPECT_EQ(header_trouble(format(fmt::runtime(pair), 8, 16), 16), "no trouble");
}

TEST(SafetensorsHeader, SurvivesJsonThatIsDeepByAMillion) {
  EXPECT_THAT(header_trouble(R"({"a":)" + std::string(1'000'000, '[')), HasSubstr("`a` is an array"));
  EXPECT_THAT(header_trouble(std::string(1'000'000, '[')), HasSubstr("expected an object"));
}

std::string trouble_with_file(std::uint64_t length, const std::string& rest) {
  const TemporaryFolder folder;
  write_raw_safetensors(folder.path() / "m.safetensors", length, rest);
  try {
    read_safetensors_header(folder.path() / "m.safetensors");
  } catch (const HarnessError& error) {
    return error.what();
  }
  return "no trouble";
}

TEST(SafetensorsFile, RefusesLengthsThatLie) {
  EXPECT_THAT(trouble_with_file(~std::uint64_t{0}, "{}"),
              AllOf(HasSubstr("m.safetensors"), HasSubstr("18446744073709551615")));
  EXPECT_THAT(trouble_with_file(kLongestSafetensorsHeader + 1, "{}"), HasSubstr("at most 100000000 are allowed"));
  EXPECT_THAT(trouble_with_file(3, "{}"), HasSubstr("truncated: the header claims 3 bytes, the file has 2"));
  EXPECT_EQ(trouble_with_file(2, "{}"), "no trouble");
}

TEST(SafetensorsFile, NamesTextInThePlaceOfTheFile) {
  const TemporaryFolder folder;
  write_file(folder.path() / "m.safetensors", "# xet version 0\nfilesize = 8351\nhash = 'b6a4'\n");
  try {
    read_safetensors_header(folder.path() / "m.safetensors");
    FAIL() << "no trouble";
  } catch (const HarnessError& error) {
    EXPECT_THAT(error.what(), HasSubstr("not a safetensors file: it begins with the text `# xet version 0`"));
  }
}

// As the safetensors package 0.8 does.
TEST(SafetensorsHeader, TakesMetadataThatIsNull) {
  EXPECT_EQ(header_trouble(R"({"__metadata__":null})", 0), "no trouble");
  EXPECT_THAT(header_trouble(R"({"__metadata__":{"a":null}})", 0), HasSubstr("`a` is null"));
  EXPECT_THAT(header_trouble(R"({"__metadata__":null,"__metadata__":{}})", 0), HasSubstr("stands twice"));
  EXPECT_THAT(header_trouble(R"({"a":null})", 0), HasSubstr("`a` is null"));
}

TEST(SafetensorsFile, RefusesWhatIsNoFileAndSaysSo) {
  const TemporaryFolder folder;
  write_file(folder.path() / "short", "1234");
  ASSERT_EQ(mkfifo((folder.path() / "pipe").c_str(), 0600), 0);

  EXPECT_THROW(read_safetensors_header(folder.path() / "missing"), HarnessError);
  EXPECT_THROW(read_safetensors_header(folder.path() / "short"), HarnessError);
  EXPECT_THROW(read_safetensors_header(folder.path() / "pipe"), HarnessError);
  EXPECT_THROW(read_safetensors_header(folder.path()), HarnessError);
}

TEST(SafetensorsFile, ReadsTheHeaderOfAFileOfHundredGigabytesWithoutItsWeights) {
  const TemporaryFolder folder;
  write_sparse_safetensors(folder.path() / "m.safetensors", {{"w", "BF16", {50'000, 1'000'000}}});

  const auto header = read_safetensors_header(folder.path() / "m.safetensors");

  EXPECT_EQ(header.data_bytes, 100'000'000'000u);
}

}  // namespace
}  // namespace exo_harness::model

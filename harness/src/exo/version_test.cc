#include "exo_harness/exo/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace exo_harness::exo {
namespace {

using testing::HasSubstr;

std::string shown(std::string_view text) {
  const auto version = parse_version(text);
  return version ? to_string(*version) : "none";
}

TEST(AVersion, IsReadAsGitDescribesIt) {
  EXPECT_EQ(shown("v1.0.71"), "v1.0.71");
  EXPECT_EQ(shown("1.0.71"), "v1.0.71");
  EXPECT_EQ(shown("v1.0.71-41-g81d7cb0fc"), "v1.0.71+41");
  EXPECT_EQ(shown("v1.0.71+41"), "v1.0.71+41");
  for (const char* none : {"", "v", "v1.0", "v1.0.", "81d7cb0", "v1.0.71-41", "v1.0.71+", "v1.0.71+41x", "v1.0.-7",
                           "main", "v1.0.71-dirty", "v1.0.99999999999"})
    EXPECT_EQ(shown(none), "none") << none;
}

TEST(AVersion, IsOrderedByReleaseThenCommits) {
  EXPECT_LT(*parse_version("v1.0.71"), *parse_version("v1.0.71+1"));
  EXPECT_LT(*parse_version("v1.0.71+41"), *parse_version("v1.0.72"));
  EXPECT_LT(*parse_version("v1.0.9"), *parse_version("v1.0.10"));
}

TEST(Ranges, NameTheGenerationsWhoseRecordedVersionTheyHold) {
  struct Row {
    const char* text;
    bool v1, main, zenoh, unknown;
  };
  for (const Row& row : {Row{"", true, true, true, true},
                         {"all", true, true, true, false},
                         {"libp2p", true, true, false, false},
                         {"zenoh", false, false, true, false},
                         {"v1.0.71", true, false, false, false},
                         {"v1.0.71, zenoh", true, false, true, false},
                         {"> v1.0.71", false, true, true, false},
                         {">= v1.0.71", true, true, true, false},
                         {"<= v1.0.71", true, false, false, false},
                         {"< v1.0.71", false, false, false, false},
                         {">= v1.0.71+5 <v1.0.71+42", false, true, false, false},
                         {"main", false, false, false, false}}) {
    EXPECT_EQ(names_generation(row.text, Generation::v1_0_71), row.v1) << row.text;
    EXPECT_EQ(names_generation(row.text, Generation::main), row.main) << row.text;
    EXPECT_EQ(names_generation(row.text, Generation::zenoh), row.zenoh) << row.text;
    EXPECT_EQ(names_generation(row.text, Generation::unknown), row.unknown) << row.text;
  }
}

TEST(Ranges, NameTheWordThatIsWrong) {
  for (const char* text : {"main", "libp2p, main", ">= v1.0.71 main", "libp2p main"}) {
    std::string wrong;
    EXPECT_FALSE(parse_versions(text, &wrong)) << text;
    EXPECT_EQ(wrong, "main") << text;
  }
  for (const char* text : {">=", "v1.0.71 <", "=> v1.0.71", "<< v1.0.71"}) EXPECT_FALSE(parse_versions(text)) << text;
}

TEST(Ranges, AreSaidInWords) {
  const auto said = [](const char* text) { return to_string(parse_versions(text)->front()); };
  EXPECT_EQ(said("v1.0.71"), "v1.0.71");
  EXPECT_EQ(said("libp2p"), "before v1.0.71+42");
  EXPECT_EQ(said("zenoh"), "v1.0.71+42 or newer");
  EXPECT_EQ(said(">= v1.0.71+32 < v1.0.71+42"), "v1.0.71+32 up to v1.0.71+41");
  EXPECT_EQ(said(">= v1.0.70 < v1.0.72"), "v1.0.70 or newer, before v1.0.72");
  EXPECT_EQ(said("all"), "any version");
}

TEST(WhatWasSeen, NarrowsTheVersionDown) {
  SeenVersion seen;
  EXPECT_EQ(to_string(seen), "any version");
  EXPECT_EQ(seen.generation(), Generation::unknown) << "three were recorded, any of them may be it";
  seen.signs = {sign_of_state(true)};
  EXPECT_EQ(seen.generation(), Generation::unknown) << "with libp2p or with zenoh";
  seen.signs.push_back(*sign_of_node_id("5a72e2b03b7ad82f2d46c03b5e54c0ab"));
  EXPECT_EQ(seen.generation(), Generation::zenoh);
  EXPECT_EQ(to_string(seen), "v1.0.71+42 or newer (node ids of hexadecimal digits: zenoh)");
}

TEST(WhatWasSeen, IsNoVersionWhereSignsContradictOneAnother) {
  const SeenVersion seen{{sign_of_state(false), *sign_of_node_id("5a72e2b03b7ad82f2d46c03b5e54c0ab")}};
  EXPECT_EQ(seen.generation(), Generation::unknown);
  EXPECT_THAT(to_string(seen), HasSubstr("of no one version (no nodeBackends in /state, node ids of hex"));
}

TEST(WhatWasSeen, IsNewerThanRecordedWhereAPathIsNew) {
  const auto sign = sign_of_openapi(R"({"paths":{"/instance/previews":{},"/v1/feature-flags":{},"/v1/brand-new":{}}})");
  ASSERT_TRUE(sign);
  const SeenVersion seen{{*sign, sign_of_state(true)}};
  EXPECT_EQ(seen.generation(), Generation::unknown);
  EXPECT_EQ(to_string(seen), "v1.0.71+45 or newer (/v1/brand-new in /openapi.json)");
}

TEST(Signs, OfZenohAreInAnIdWhoseZerosInFrontAreLeftOut) {
  EXPECT_TRUE(sign_of_node_id("88410003f4f3d16c43f917b680327cb")) << "31 digits, as recorded";
  EXPECT_FALSE(sign_of_node_id("88410003f4f3d16c43f917b680327cb12"));
}

TEST(Signs, AreNoneWhereTheTextIsOfSomethingElse) {
  EXPECT_FALSE(sign_of_openapi(R"({"paths":{"/v1/models":{}}})"));
  EXPECT_FALSE(sign_of_openapi("<html>"));
  EXPECT_FALSE(sign_of_ollama_version(R"({"version":"0.9"})"));
  EXPECT_FALSE(sign_of_node_id("node-1"));
  EXPECT_FALSE(sign_of_node_id("5A72E2B03B7AD82F2D46C03B5E54C0AB"));
  EXPECT_FALSE(sign_of_node_id("12D3KooW0OIl"));
  EXPECT_FALSE(sign_of_checkout("81d7cb0fc"));
  EXPECT_FALSE(sign_of_log_line("pid = 12"));
}

TEST(Signs, StandInTheLogAndTheCheckout) {
  EXPECT_FALSE(sign_of_log_line("Starting EXO | pid=12")->range.contains(*recorded_version(Generation::zenoh)));
  EXPECT_FALSE(sign_of_log_line("EXO_LIBP2P_NAMESPACE: x")->range.contains(*recorded_version(Generation::zenoh)));
  EXPECT_FALSE(sign_of_log_line("EXO_ZENOH_NAMESPACE: None")->range.contains(*recorded_version(Generation::main)));
  EXPECT_TRUE(sign_of_log_line("ValueError: EXO_LIBP2P_NAMESPACE has been removed - use X")
                  ->range.contains(*recorded_version(Generation::zenoh)));
  EXPECT_EQ(to_string(sign_of_checkout("v1.0.71-44-gb5375f8ce\n")->range), "v1.0.71+44");
}

TEST(VersionRange, LiesWithinAnotherOrMeetsIt) {
  const auto range = [](const char* text) { return parse_versions(text)->front(); };
  EXPECT_TRUE(is_within(range("v1.0.71+44"), zenoh_versions()));
  EXPECT_FALSE(is_within(range(">= v1.0.71+32"), zenoh_versions()));
  EXPECT_TRUE(meet(*parse_versions("v1.0.71, zenoh"), *parse_versions("v1.0.71+44")));
  EXPECT_FALSE(meet(*parse_versions("libp2p"), *parse_versions("zenoh")));
  EXPECT_FALSE(meet({}, *parse_versions("all")));
}

TEST(Versions, ThatNoVersionIsInAreRefused) {
  std::string wrong;
  EXPECT_FALSE(parse_versions(">= v1.0.71+44 < v1.0.71+42", &wrong));
  EXPECT_FALSE(parse_versions("libp2p zenoh", &wrong));
  EXPECT_FALSE(parse_versions(",,,", &wrong));
  EXPECT_EQ(wrong, ",,,");
  EXPECT_TRUE(parse_versions("libp2p, zenoh"));
}

}  // namespace
}  // namespace exo_harness::exo

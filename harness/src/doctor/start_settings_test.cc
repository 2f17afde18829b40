#include "exo_harness/doctor/start_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"

namespace exo_harness::doctor {
namespace {

using testing::HasSubstr;

exo::Versions versions(std::string_view text) {
  return exo::parse_versions(text).value();
}

StartSettings script(std::string text) {
  return {"start-exo", std::move(text), {}, {}, false};
}

// The worst row, as `bad: EXO_… in line 2 of start-exo: …`.
std::string told(const StartSettings& settings, std::string_view to) {
  const auto checks = check_start_settings(settings, versions(to));
  return std::string(to_string(checks.front().status)) + ": " + checks.front().seen;
}

TEST(StartSettings, ThatEndANodeAreBadWhereTheyDo) {
  const StartSettings old = script("#!/bin/sh\nexport EXO_LIBP2P_NAMESPACE=mine\nexec exo --offline\n");
  EXPECT_THAT(told(old, "zenoh"), HasSubstr("EXO_LIBP2P_NAMESPACE in line 2 of start-exo: the node ends at once"));
  EXPECT_THAT(told(old, "v1.0.71"), testing::StartsWith("good"));
  EXPECT_EQ(check_start_settings(old, versions("v1.0.71+44")).front().status, Check::Status::bad);
  // Of a version that is not known it is not certain.
  EXPECT_EQ(check_start_settings(old, versions("all")).front().status, Check::Status::warning);
  EXPECT_EQ(check_start_settings(script("exo --bootstrap-peers \"$PEERS\""), versions("zenoh")).front().status,
            Check::Status::bad);
  EXPECT_EQ(check_start_settings(script("exo --libp2p-port=4001"), versions("zenoh")).front().status,
            Check::Status::bad);
  EXPECT_EQ(check_start_settings(script("exo --namespace a"), versions("libp2p")).front().status, Check::Status::bad);
  EXPECT_THAT(told(script("exo --namespace a"), "zenoh"), testing::StartsWith("good"));
}

TEST(StartSettings, ThatDoNothingAreAWarning) {
  const StartSettings vain = script("EXO_ZENOH_NAMESPACE=a exo\n");
  EXPECT_EQ(check_start_settings(vain, versions("zenoh")).front().status, Check::Status::warning);
  EXPECT_THAT(told(script("EXO_ZENOH_NAMESPACE=a exo --namespace a\n"), "zenoh"), testing::StartsWith("good"));
}

TEST(StartSettings, InCommentsOrTakenAwayAreNone) {
  for (const char* text :
       {"# EXO_LIBP2P_NAMESPACE=a was for libp2p\n", "exo  # not --bootstrap-peers any more\n",
        "unset EXO_LIBP2P_NAMESPACE\n", "env -u EXO_LIBP2P_NAMESPACE exo\n", "echo \"$EXO_LIBP2P_NAMESPACE\"\n",
        "EXO_LIBP2P_NAMESPACE= exo\n", "MY_EXO_LIBP2P_NAMESPACE=a exo\n", "exo --no-bootstrap-peers\n"}) {
    EXPECT_THAT(told(script(text), "zenoh"), testing::StartsWith("good")) << text;
  }
}

// What a newcomer to the script cannot tell, the row does not claim.
TEST(StartSettings, ThatMayBeSetAreAWarning) {
  for (const char* text :
       {"unset PYTHONPATH; export EXO_LIBP2P_NAMESPACE=home\n",
        "printf ' # start\\n'; export EXO_LIBP2P_NAMESPACE=home\n", "exec exo --name ' #1' --bootstrap-peers x\n",
        "exo --bootstrap x\n", "exo --libp2p 4001\n"}) {
    EXPECT_THAT(told(script(text), "zenoh"), testing::StartsWith("BAD")) << text;
  }
  for (const char* text :
       {": \"${EXO_LIBP2P_NAMESPACE:=home}\"; export EXO_LIBP2P_NAMESPACE\n",
        "os.environ[\"EXO_LIBP2P_NAMESPACE\"] = \"home\"\n", "  EXO_LIBP2P_NAMESPACE: home\n",
        "<key>EXO_LIBP2P_NAMESPACE</key>\n", "set -x EXO_LIBP2P_NAMESPACE home\n", "setenv EXO_LIBP2P_NAMESPACE home\n",
        "echo 'no longer takes --bootstrap-peers'\n", "case $1 in --bootstrap-peers) exit 2;; esac\n",
        "EXO_LIBP2P_NAMESPACE=a old-exo\nunset EXO_LIBP2P_NAMESPACE\nexo\n"}) {
    EXPECT_THAT(told(script(text), "zenoh"), testing::StartsWith("warning")) << text;
  }
  for (const char* text : {"EXO_LIBP2P_NAMESPACE=; exo\n", "true;# EXO_LIBP2P_NAMESPACE=home\n"}) {
    EXPECT_THAT(told(script(text), "zenoh"), testing::StartsWith("good")) << text;
  }
}

TEST(StartSettings, ThatCannotBeSeenAreUnknown) {
  EXPECT_THAT(told(script("set -a\n. ./exo.env\nexo\n"), "zenoh"), testing::StartsWith("unknown"));
  EXPECT_THAT(told(script(std::string("\x7f"
                                      "ELF\0\0",
                                      6)),
                   "zenoh"),
              testing::StartsWith("unknown"));
  EXPECT_THAT(told(script(""), "zenoh"), testing::StartsWith("unknown"));
  EXPECT_THAT(told({}, "zenoh"), testing::StartsWith("unknown"));
  const TemporaryFolder folder{"start-settings"};
  write_file(folder.path() / "long", std::string(2u << 20, '\n') + "EXO_LIBP2P_NAMESPACE=a exo\n");
  EXPECT_THAT(told(read_start_settings(folder.path() / "long", {}, {}), "zenoh"), HasSubstr("first MiB"));
  EXPECT_THROW(read_start_settings(folder.path(), {}, {}), HarnessError);
}

TEST(StartSettings, OfTheEnvironmentAndTheArgumentsCount) {
  const TemporaryFolder folder{"start-settings"};
  write_file(folder.path() / "start", "#!/bin/sh\n");
  const auto by_environment = read_start_settings(folder.path() / "start", {}, {{"EXO_LIBP2P_NAMESPACE", "a"}});
  EXPECT_THAT(told(by_environment, "zenoh"), HasSubstr("in the environment of the start"));
  const auto by_argument = read_start_settings(folder.path() / "start", {"--bootstrap-peers", "/ip4/10.0.0.1"}, {});
  EXPECT_THAT(told(by_argument, "zenoh"), HasSubstr("in the arguments of the start script"));
}

}  // namespace
}  // namespace exo_harness::doctor

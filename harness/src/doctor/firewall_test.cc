#include "exo_harness/doctor/firewall.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/text.h"

namespace exo_harness::doctor {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using State = Firewall::State;

// The words of macOS, as administrators' guides and tools quote them.
constexpr const char* kAlfOn = "Firewall is enabled. (State = 1) \n";
constexpr const char* kAlfApps =
    "ALF: total number of apps = 3 \n\n1 :  /Applications/Foo.app \n \t ( Allow incoming connections ) \n\n"
    "2 :  /Users/x/My Apps/EXO.app \n \t ( Block incoming connections ) \n\n"
    "3 : /usr/sbin/cupsd \n             (Block incoming connections)\n";

TEST(Firewall, TheThreeStatesOfMacOs) {
  EXPECT_EQ(parse_alf_state("Firewall is disabled. (State = 0)\n").state, State::off);
  EXPECT_EQ(parse_alf_state(kAlfOn).state, State::on);
  EXPECT_EQ(parse_alf_state("Firewall is blocking all non-essential incoming connections. (State = 2)\n").state,
            State::block_all);
  EXPECT_EQ(parse_alf_state("Firewall settings cannot be modified from command line on managed Mac computers.").state,
            State::unknown);
  EXPECT_EQ(parse_alf_state("").state, State::unknown);
}

TEST(Firewall, BlockedProgramsOfMacOs) {
  EXPECT_THAT(parse_alf_blocked(kAlfApps), ElementsAre("/Users/x/My Apps/EXO.app", "/usr/sbin/cupsd"));
  EXPECT_THAT(parse_alf_blocked("ALF: total number of apps = 0 \n"), IsEmpty());
}

TEST(Firewall, UfwSaysWhetherThePortIsOpen) {
  EXPECT_EQ(parse_ufw("Status: inactive\n", "", 52415).state, State::off);
  const std::string head =
      "Status: active\n\nTo                         Action      From\n--                         ------\n";
  EXPECT_EQ(parse_ufw(head + "22/tcp                     ALLOW       Anywhere\n", "", 52415).state, State::on);
  EXPECT_EQ(parse_ufw(head + "52415/tcp                  ALLOW       10.0.0.0/24\n", "", 52415).state, State::open);
  EXPECT_EQ(parse_ufw(head + "52415                      DENY        Anywhere\n", "", 52415).state, State::closed);
  EXPECT_EQ(parse_ufw(head + "152415/tcp                 DENY        Anywhere\n", "", 52415).state, State::on);
  EXPECT_EQ(parse_ufw("", "ERROR: You need to be root to run this script\n", 52415).state, State::unknown);
}

std::string ruleset(const std::string& policy, const std::string& rule) {
  return "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy " + policy +
         ";\n\t\t" + rule +
         "\n\t}\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n";
}

TEST(Firewall, NftIsReadAtTheInputHookOnly) {
  EXPECT_EQ(parse_nft(ruleset("accept", "iif lo accept"), "", 52415).state, State::off);
  EXPECT_EQ(parse_nft(ruleset("drop", "tcp dport 22 accept"), "", 52415).state, State::on);
  EXPECT_EQ(parse_nft(ruleset("drop", "tcp dport { 22, 52415 } accept"), "", 52415).state, State::open);
  EXPECT_EQ(parse_nft(ruleset("accept", "tcp dport 52415 reject"), "", 52415).state, State::closed);
  EXPECT_EQ(parse_nft("", "Operation not permitted (you must be root)\n", 52415).state, State::unknown);
}

TEST(Firewall, AProgramOfExoThatIsBlockedIsAWarning) {
  const auto run = [](const std::vector<std::string>& command) {
    return CommandAnswer{true, false, 0, command[1] == "--listapps" ? kAlfApps : kAlfOn, ""};
  };
  const Firewall firewall = gather_firewall(run, true, 52415);
  EXPECT_EQ(firewall.state, State::closed);
  const auto checks = check_firewall(firewall, 52415);
  EXPECT_EQ(checks.at(0).status, Check::Status::warning);
  EXPECT_THAT(checks[0].seen, HasSubstr("blocks /Users/x/My Apps/EXO.app"));
  EXPECT_TRUE(is_fit(checks, true));
}

TEST(Firewall, WhatIsNotThereIsNotLookedAt) {
  const auto run = [](const auto&) { return CommandAnswer{false, false, 127, "", ""}; };
  for (const bool is_mac : {true, false}) {
    const auto checks = check_firewall(gather_firewall(run, is_mac, 52415), 52415);
    EXPECT_EQ(checks.at(0).status, Check::Status::unknown);
    EXPECT_THAT(checks[0].seen, HasSubstr("not looked at"));
  }
}

}  // namespace
}  // namespace exo_harness::doctor

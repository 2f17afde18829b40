#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/doctor/doctor.h"

namespace exo_harness::doctor {
namespace {

exo::State healthy_pair() {
  return exo::parse_state(read_file(EXO_FIXTURES_DIR "/recordings/rdma-samples/state/v1.0.71-healthy-2node.json"))
      .value();
}

std::vector<std::string> bad_rows(const exo::State& state) {
  std::vector<std::string> rows;
  for (const Check& check : check_state(state, {0, true, 0, ""})) {
    if (check.status == Check::Status::bad) rows.push_back(check.id + ": " + check.seen);
  }
  return rows;
}

// Each node in its turn: the first reasons why JACCL is impossible are those of the first node.
TEST(StateChecks, TellOfANodeWithoutThunderboltPortsInItsTurn) {
  exo::State state = healthy_pair();
  state.facts[state.nodes[1]].thunderbolt.clear();
  for (exo::ThunderboltPort& port : state.facts[state.nodes[0]].thunderbolt) port.link_speed = "Up to 40 Gb/s";

  EXPECT_THAT(bad_rows(state), testing::Contains("thunderbolt-known: no Thunderbolt ports reported"));
  const std::string why = why_no_jaccl(check_state(state, {0, true, 0, ""}));
  EXPECT_LT(why.find("(thunderbolt-5)"), why.find("(thunderbolt-known)")) << why;
}

TEST(StateChecks, TellNobodyToStartANodeThatRuns) {
  const auto fix_with = [](int apart) {
    const auto checks = check_state(healthy_pair(), {3, true, 0, "", apart});
    return std::find_if(checks.begin(), checks.end(), [](const Check& c) { return c.id == "node-count"; })->fix;
  };

  EXPECT_THAT(fix_with(0), testing::HasSubstr("Start the missing node"));
  EXPECT_THAT(fix_with(1), testing::HasSubstr("Do not start another"));
}

TEST(StateChecks, TellOfAClockThatIsApartWithTheAdviceForIt) {
  exo::State state = healthy_pair();
  for (auto& [node, facts] : state.facts) facts.last_seen = "2026-11-25T04:00:00Z";
  const auto fix_at = [&](const std::string& now) {
    for (const Check& check : check_state(state, {0, true, 0, now})) {
      if (check.id == "clock") return check.status == Check::Status::bad ? check.fix : "good";
    }
    return std::string("no check");
  };

  EXPECT_EQ(fix_at("2026-11-25T04:01:00Z"), "good");
  EXPECT_EQ(fix_at("2026-11-25T04:01:01Z"), "Set automatic time on all machines, or wake the node.");
  EXPECT_EQ(fix_at("2026-11-25T05:00:00Z"), "Set the same time zone and automatic time on all machines.");
  EXPECT_EQ(fix_at("2026-11-25T05:00:00+01:00"), "good");
  EXPECT_EQ(fix_at("rubbish"), "no check");
}

}  // namespace
}  // namespace exo_harness::doctor

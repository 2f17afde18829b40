#include "exo_harness/doctor/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"

namespace exo_harness::doctor {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

const std::string kSamples = std::string(EXO_FIXTURES_DIR) + "/recordings/rdma-samples/";

/// Plays what a host of a scenario answered.
RunCommand replay(const std::string& scenario, const std::string& host) {
  return recorded_commands(kSamples + scenario + "/" + host + ".commands.json");
}

exo::State state_of(const std::string& name) {
  return exo::parse_state(read_file(kSamples + "state/" + name + ".json")).value();
}

std::vector<std::string> bad_ids(const std::vector<Check>& checks) {
  std::vector<std::string> ids;
  for (const Check& check : checks) {
    const bool wrong = check.status == Check::Status::bad || check.status == Check::Status::warning;
    if (wrong && std::find(ids.begin(), ids.end(), check.id) == ids.end()) ids.push_back(check.id);
  }
  return ids;
}

struct StateRow {
  const char* state;
  int nodes;
  std::vector<std::string> bad;
};

class DoctorOnState : public ::testing::TestWithParam<StateRow> {};

TEST_P(DoctorOnState, FindsWhatIsWrongAndNothingElse) {
  const StateRow& row = GetParam();
  const auto checks = check_state(state_of(row.state), {row.nodes, true, 0, ""});
  EXPECT_THAT(bad_ids(checks), UnorderedElementsAreArray(row.bad)) << human_table(checks);
  EXPECT_EQ(is_fit(checks, true), row.bad.empty() || row.bad == std::vector<std::string>{"thunderbolt-bridge"});
}

INSTANTIATE_TEST_SUITE_P(
    Samples, DoctorOnState,
    ::testing::Values(StateRow{"v1.0.71-healthy-2node", 2, {}}, StateRow{"main-healthy-2node", 2, {}},
                      StateRow{"v1.0.71-healthy-4node", 4, {}}, StateRow{"main-healthy-4node", 4, {}},
                      StateRow{"v1.0.71-rdma-disabled", 2, {"rdma-enabled"}},
                      StateRow{"main-rdma-disabled", 2, {"rdma-enabled", "rdma-mesh"}},
                      StateRow{"v1.0.71-no-device", 2, {"thunderbolt-5", "link-speed"}},
                      StateRow{"v1.0.71-peer-behind-dock", 2, {"rdma-mesh", "rdma-mirrored"}},
                      StateRow{"v1.0.71-bridge-with-members", 2, {"thunderbolt-bridge", "port-address"}},
                      StateRow{"v1.0.71-loop", 3, {"thunderbolt-bridge", "bridge-loop", "port-address"}},
                      StateRow{"v1.0.71-mismatched-builds", 2, {"builds-equal"}},
                      StateRow{"v1.0.71-healthy-2node", 3, {"node-count"}}));

TEST(Doctor, CrossedCablesAreSeenInTheMatrix) {
  const exo::State crossed = state_of("v1.0.71-two-cables-crossed");
  const auto checks = check_matrix(crossed.instances.begin()->second, crossed);
  EXPECT_THAT(bad_ids(checks), Contains("jaccl-matrix"));
  const exo::State healthy = state_of("main-healthy-4node");
  EXPECT_THAT(bad_ids(check_matrix(healthy.instances.begin()->second, healthy)), IsEmpty());
}

TEST(Doctor, ClocksMemoryAndEdgesAreLookedAt) {
  exo::State state = state_of("v1.0.71-healthy-2node");
  exo::NodeFacts& first = state.facts.at(state.nodes[0]);
  first.last_seen = "2026-11-25T05:00:00.000000+00:00";
  first.memory->ram_total = 0;
  std::erase_if(state.edges,
                [&](const exo::Edge& e) { return e.kind == exo::Edge::Kind::socket && e.source == state.nodes[1]; });
  const auto checks = check_state(state, {2, false, 1ull << 50, "2026-11-25T04:00:00.000Z"});
  const auto bad = bad_ids(checks);
  EXPECT_THAT(bad, ::testing::IsSupersetOf({"clock", "memory-known", "memory-fits", "socket-edges"}));
  EXPECT_FALSE(is_fit(checks, false));
}

TEST(Doctor, ATimeThatIsNoneSaysNothingOfAClock) {
  for (const char* text : {"2026-11-25T04:00:00+zz:00", "2026-11-25T04:00:00+", "yesterday", ""}) {
    exo::State state = state_of("v1.0.71-healthy-2node");
    for (const std::string& node : state.nodes) state.facts.at(node).last_seen = text;
    const auto checks = check_state(state, {2, false, 1ull << 30, "2026-11-25T04:00:00.000Z"});
    for (const Check& check : checks) EXPECT_NE(check.id, "clock") << text;
  }
}

TEST(Doctor, ATimeWithAnOffsetIsTheSameInstant) {
  exo::State state = state_of("v1.0.71-healthy-2node");
  for (const std::string& node : state.nodes) state.facts.at(node).last_seen = "2026-11-25T05:30:00.5+01:30";
  const auto checks = check_state(state, {2, false, 1ull << 30, "2026-11-25T04:00:00.000Z"});
  EXPECT_THAT(bad_ids(checks), ::testing::Not(Contains("clock")));
}

struct LocalRow {
  const char* scenario;
  const char* host;
  std::vector<std::string> bad;
};

class DoctorOnMac : public ::testing::TestWithParam<LocalRow> {};

TEST_P(DoctorOnMac, FindsWhatIsWrongAndNothingElse) {
  const LocalRow& row = GetParam();
  const auto checks = check_local(gather_local(replay(row.scenario, row.host), true), {});
  EXPECT_THAT(bad_ids(checks), UnorderedElementsAreArray(row.bad)) << human_table(checks);
}

INSTANTIATE_TEST_SUITE_P(
    Samples, DoctorOnMac,
    ::testing::Values(LocalRow{"healthy-2node", "studio-a", {}}, LocalRow{"healthy-2node", "studio-b", {}},
                      LocalRow{"healthy-4node-mesh", "studio-b", {}},
                      LocalRow{"rdma-disabled", "studio-b", {"rdma-enabled", "rdma-devices", "rdma-port"}},
                      LocalRow{"rdma-disabled", "studio-a", {"peer-rdma", "rdma-port"}},
                      LocalRow{"no-device", "mini-e", {"rdma-devices", "rdma-port", "cable-speed", "peer-rdma"}},
                      LocalRow{"port-down", "studio-a", {"rdma-port"}},
                      LocalRow{"tb4-cable", "studio-a", {"cable-speed"}},
                      LocalRow{"peer-behind-dock", "studio-a", {"direct-cable"}},
                      LocalRow{"bridge-with-members", "studio-a", {"thunderbolt-bridge", "ipv4-gid", "port-address"}},
                      LocalRow{"no-ipv4-gid", "studio-a", {"ipv4-gid", "port-address"}}));

TEST(Doctor, AHangingToolIsACheckAndNotAHang) {
  int asked = 0;
  const auto checks = check_local(gather_local(
                                      [&](const std::vector<std::string>& command) {
                                        CommandAnswer answer;
                                        answer.timed_out = command[0].starts_with("ibv");
                                        asked += answer.timed_out;
                                        return answer;
                                      },
                                      true),
                                  {"rdma_en4"});
  EXPECT_EQ(asked, 1);
  EXPECT_THAT(bad_ids(checks), Contains("rdma-devices"));
}

TEST(Doctor, TheNetworkDaemonOfTheAppIsAWarning) {
  LocalFacts facts;
  facts.is_mac = true;
  facts.network_daemon = LaunchDaemon{true, 1786};
  const auto checks = check_local(facts, {});
  EXPECT_THAT(bad_ids(checks), Contains("network-daemon"));
  EXPECT_THAT(human_table(checks), HasSubstr("to DHCP each 30 min"));
  facts.network_daemon = LaunchDaemon{};
  EXPECT_THAT(bad_ids(check_local(facts, {})), ::testing::Not(Contains("network-daemon")));
}

TEST(Doctor, OffAMacRingStillRuns) {
  const auto checks = check_local(gather_local(
                                      [](const auto&) {
                                        return CommandAnswer{true, false, 0, "Linux 6.1\n", ""};
                                      },
                                      false),
                                  {});
  EXPECT_TRUE(is_fit(checks, false));
  EXPECT_FALSE(is_fit(checks, true));
  EXPECT_THAT(why_no_jaccl(checks), HasSubstr("JACCL not possible here: this machine: Linux 6.1"));
}

TEST(Doctor, APortThatAnotherProgramHasIsSaid) {
  MachineFacts facts;
  facts.disk_available = 100ull << 30;
  facts.port_taken = true;
  EXPECT_THAT(bad_ids(check_machine(facts, true)), IsEmpty());
  EXPECT_THAT(bad_ids(check_machine(facts, false)), Contains("api-port"));
  facts.port_owner = "nginx 12 root 6u IPv4 0t0 TCP *:52415 (LISTEN)";
  const auto checks = check_machine(facts, true);
  EXPECT_THAT(bad_ids(checks), Contains("api-port"));
  EXPECT_TRUE(is_fit(checks, true));
  facts.port_owner = "python3.1 4711 x 6u IPv4 0t0 TCP *:52415 (LISTEN)";
  EXPECT_THAT(bad_ids(check_machine(facts, true)), IsEmpty());
}

TEST(Doctor, TableAndJsonSayTheSame) {
  const auto checks = check_state(state_of("main-rdma-disabled"), {2, true, 0, ""});
  const std::string table = human_table(checks);
  EXPECT_THAT(table, HasSubstr("BAD      rdma-enabled         disabled\n"));
  EXPECT_THAT(table, HasSubstr("fix: Boot into Recovery"));
  const auto json = nlohmann::json::parse(to_json(checks));
  EXPECT_EQ(json.size(), checks.size());
  EXPECT_EQ(json[0]["id"], checks[0].id);
}

}  // namespace
}  // namespace exo_harness::doctor

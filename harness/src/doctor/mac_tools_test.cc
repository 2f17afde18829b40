#include "exo_harness/doctor/mac_tools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"

namespace exo_harness::doctor {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string sample(const std::string& path) {
  return read_file(std::string(EXO_FIXTURES_DIR) + "/recordings/rdma-samples/" + path);
}

TEST(MacTools, RdmaCtlSaysTrueFalseOrNothing) {
  EXPECT_EQ(parse_rdma_ctl(sample("rdma_ctl-words/enabled.txt")), true);
  EXPECT_EQ(parse_rdma_ctl(sample("rdma_ctl-words/disabled.txt")), false);
  EXPECT_EQ(parse_rdma_ctl(sample("rdma_ctl-words/empty.txt")), std::nullopt);
  EXPECT_EQ(parse_rdma_ctl(sample("rdma_ctl-words/recovery-only.txt")), std::nullopt);
  EXPECT_TRUE(parse_nvram_rdma(sample("healthy-2node/studio-a/nvram.txt")));
  EXPECT_FALSE(parse_nvram_rdma(sample("rdma-disabled/studio-b/nvram.stderr.txt")));
}

TEST(MacTools, DevicesNeedNotBeSorted) {
  const auto devices = parse_ibv_devices(sample("healthy-2node/studio-a/ibv_devices.txt"));
  ASSERT_THAT(devices, SizeIs(6));
  EXPECT_EQ(devices[2].name, "rdma_en5");
  EXPECT_EQ(devices[2].guid, "9468650689a26a05");
  EXPECT_THAT(parse_ibv_devices(sample("no-device/mini-e/ibv_devices.txt")), IsEmpty());
}

TEST(MacTools, PortsHaveStateLimitsAndGids) {
  const auto ports = parse_ibv_devinfo(sample("healthy-2node/studio-a/ibv_devinfo.txt"));
  ASSERT_THAT(ports, SizeIs(6));
  EXPECT_FALSE(ports[0].is_active());
  EXPECT_EQ(ports[0].state, "PORT_DOWN");
  const auto detailed = parse_ibv_devinfo(sample("healthy-2node/studio-a/ibv_devinfo-v-rdma_en4.txt"));
  ASSERT_THAT(detailed, SizeIs(1));
  EXPECT_EQ(detailed[0].device, "rdma_en4");
  EXPECT_TRUE(detailed[0].is_active());
  EXPECT_EQ(detailed[0].max_qp, 11);
  EXPECT_EQ(detailed[0].max_mr, 100);
  EXPECT_EQ(detailed[0].ipv4_gid_index(), 1);
  const auto bare = parse_ibv_devinfo(sample("no-ipv4-gid/studio-a/ibv_devinfo-v-rdma_en4.txt"));
  ASSERT_THAT(bare, SizeIs(1));
  EXPECT_EQ(bare[0].ipv4_gid_index(), -1);
  EXPECT_THAT(parse_ibv_devinfo(sample("no-device/mini-e/ibv_devinfo.stderr.txt")), IsEmpty());
}

const ThunderboltBus& bus_of_port(const std::vector<ThunderboltBus>& buses, int port) {
  for (const ThunderboltBus& bus : buses) {
    if (bus.port == port) return bus;
  }
  throw std::runtime_error("no such port");
}

TEST(MacTools, ThunderboltTellsMacsFromDrivesAndHubs) {
  const auto buses = parse_thunderbolt(sample("healthy-4node-mesh/studio-b/SPThunderboltDataType.json")).value();
  ASSERT_THAT(buses, SizeIs(6));
  EXPECT_EQ(bus_of_port(buses, 6).items[0].kind, ThunderboltItem::Kind::drive);
  EXPECT_EQ(bus_of_port(buses, 6).direct_peer(), nullptr);
  EXPECT_FALSE(bus_of_port(buses, 5).connected);
  EXPECT_EQ(bus_of_port(buses, 5).speed, "Up to 120 Gb/s");
  ASSERT_NE(bus_of_port(buses, 4).direct_peer(), nullptr);
  EXPECT_TRUE(bus_of_port(buses, 4).direct_peer()->offers_rdma);
  EXPECT_EQ(bus_of_port(buses, 4).gigabits, 80);
}

TEST(MacTools, APeerBehindAHubIsNoDirectPeer) {
  const auto hub = parse_thunderbolt(sample("peer-behind-dock/studio-a/SPThunderboltDataType.json")).value();
  int behind = 0, direct = 0;
  for (const ThunderboltBus& bus : hub) {
    behind += bus.has_mac_behind_hub();
    direct += bus.direct_peer() != nullptr;
  }
  EXPECT_EQ(behind, 1);
  EXPECT_EQ(direct, 0);
}

TEST(MacTools, APeerWithRdmaOffOffersNoService) {
  const auto buses = parse_thunderbolt(sample("rdma-disabled/studio-a/SPThunderboltDataType.json")).value();
  bool seen = false;
  for (const ThunderboltBus& bus : buses) {
    if (bus.direct_peer() == nullptr) continue;
    seen = true;
    EXPECT_FALSE(bus.direct_peer()->offers_rdma);
  }
  EXPECT_TRUE(seen);
  EXPECT_EQ(parse_thunderbolt("{}").failure().kind, FailureKind::malformed);
}

TEST(MacTools, NetworkToolsAreRead) {
  const auto ports = parse_hardware_ports(sample("healthy-2node/studio-a/listallhardwareports.txt"));
  ASSERT_THAT(ports, SizeIs(8));
  EXPECT_EQ(ports[4].name, "Thunderbolt 3");
  EXPECT_EQ(ports[4].device, "en4");
  const auto services = parse_service_order(sample("bridge-with-members/studio-b/listnetworkserviceorder.txt"));
  bool off = false;
  for (const NetworkService& service : services)
    off = off || (service.name == "Thunderbolt Bridge" && !service.enabled && service.device == "bridge0");
  EXPECT_TRUE(off);
  EXPECT_FALSE(parse_ifconfig("", sample("healthy-2node/studio-a/ifconfig-bridge0.stderr.txt")).exists);
  const Interface port = parse_ifconfig(sample("healthy-2node/studio-a/ifconfig-en4.txt"), "");
  EXPECT_TRUE(port.exists && port.active);
  EXPECT_THAT(port.ipv4, ElementsAre("169.254.13.103"));
  EXPECT_THAT(parse_ifconfig(sample("no-ipv4-gid/studio-a/ifconfig-en4.txt"), "").ipv4, IsEmpty());
  EXPECT_FALSE(parse_ifconfig(sample("bridge-with-members/studio-a/ifconfig-bridge0.txt"), "").members.empty());
}

TEST(MacTools, VersionsAndSleepAreRead) {
  const MacVersion version = parse_sw_vers(sample("healthy-2node/studio-a/sw_vers.txt"));
  EXPECT_EQ(version.build, "25F80");
  EXPECT_EQ(version.major_version(), 26);
  EXPECT_EQ(version.minor_version(), 5);
  EXPECT_EQ(parse_pmset_sleep("System-wide power settings:\nCurrently in use:\n standby 0\n sleep                10 "
                              "(sleep prevented by x)\n"),
            10);
  EXPECT_EQ(parse_pmset_sleep(""), -1);
}

TEST(MacTools, TheNetworkDaemonIsThereOrNot) {
  const auto daemon = parse_launchctl_print(
      "system/io.exo.networksetup = {\n\tactive count = 0\n\tpath = /Library/LaunchDaemons/io.exo.networksetup.plist\n"
      "\tstate = not running\n\trun interval = 1786 seconds\n\tlast exit code = 0\n}\n",
      "");
  ASSERT_TRUE(daemon);
  EXPECT_TRUE(daemon->loaded);
  EXPECT_EQ(daemon->interval_seconds, 1786);
  const auto none =
      parse_launchctl_print("", "Bad request.\nCould not find service \"io.exo.networksetup\" in domain for system\n");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->loaded);
  EXPECT_FALSE(parse_launchctl_print("", "").has_value());
}

TEST(MacTools, RubbishIsHarmless) {
  const std::string rubbish =
      "GID[\nGID[ 1]:\nhca_id:\nhca_id:\trdma\n(1\n() x\n(Hardware Port: \nDevice:\n:::\n\xff\xfe";
  EXPECT_NO_THROW((void)parse_ibv_devinfo(rubbish));
  EXPECT_NO_THROW((void)parse_ibv_devices(rubbish));
  EXPECT_NO_THROW((void)parse_service_order(rubbish));
  EXPECT_NO_THROW((void)parse_hardware_ports(rubbish));
  EXPECT_FALSE(parse_thunderbolt(rubbish).ok());
}

}  // namespace
}  // namespace exo_harness::doctor

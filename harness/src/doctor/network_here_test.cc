#include "exo_harness/doctor/network_here.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace exo_harness::doctor {
namespace {

using Status = Check::Status;

// As Linux has them: eth0 with IPv6, wlan0 with it switched off.
constexpr const char* kIfInet6 =
    "fe800000000000005054fffffe7d79cb 02 40 20 80     eth0\n"
    "00000000000000000000000000000001 01 80 10 80       lo\n";
constexpr const char* kRoutes =
    "fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 "
    "00000001 00000000 00000001     eth0\n"
    "ff000000000000000000000000000000 08 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 "
    "00000004 00000000 00000001     eth0\n";
constexpr const char* kIfconfig =
    "lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 16384\n\tinet6 fe80::1%lo0 prefixlen 64 scopeid 0x1\n"
    "en0: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500\n"
    "\tinet6 fe80::1c3a:5fff:fe12:3456%en0 prefixlen 64 secured scopeid 0x6\n\tstatus: active\n"
    "en5: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500\n\tinet 10.0.0.5 netmask 0xffffff00\n"
    "\tstatus: active\n"
    "en6: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500\n\tstatus: inactive\n";

Check row(const NetworkHere& here, std::string_view id, bool cluster_up = false) {
  for (const Check& check : check_network(here, cluster_up)) {
    if (check.id == id) return check;
  }
  return {};
}

TEST(NetworkHere, ReadsTheLinksOfLinuxAndOfAMac) {
  const auto linux_links = parse_linux_links(kIfInet6, kRoutes, {"eth0", "wlan0"});
  ASSERT_EQ(linux_links.size(), 2U);
  EXPECT_TRUE(linux_links[0].has_link_local && linux_links[0].multicast.value_or(false));
  EXPECT_FALSE(linux_links[1].has_link_local || linux_links[1].multicast.value_or(true));
  const auto mac_links = parse_mac_links(kIfconfig);
  ASSERT_EQ(mac_links.size(), 2U);
  EXPECT_TRUE(mac_links[0].name == "en0" && mac_links[0].has_link_local);
  EXPECT_TRUE(mac_links[1].name == "en5" && !mac_links[1].has_link_local);
  EXPECT_TRUE(parse_ipv6_off("DHCP Configuration\nIPv6: Off\n"));
  EXPECT_FALSE(parse_ipv6_off("DHCP Configuration\nIPv6: Automatic\n"));
}

TEST(NetworkHere, WithoutIpv6OnAnyLinkIsBad) {
  NetworkHere here;
  here.links_known = true;
  here.links = parse_linux_links("", "", {"eth0"});
  here.ipv6_off = {"all"};
  EXPECT_EQ(row(here, "ipv6").status, Status::bad);
  EXPECT_THAT(row(here, "ipv6").seen, testing::HasSubstr("up: eth0; switched off: all"));
  here.links = parse_linux_links(kIfInet6, kRoutes, {"eth0", "wlan0"});
  here.ipv6_off = {"wlan0"};
  EXPECT_EQ(row(here, "ipv6").status, Status::warning);
  here.ipv6_off = {};
  EXPECT_EQ(row(here, "ipv6").status, Status::good);
  // A machine of which nothing is known is not judged.
  EXPECT_EQ(row({}, "ipv6").status, Status::unknown);
}

TEST(NetworkHere, ThatHasNoRouteForMulticastIsBad) {
  NetworkHere here;
  here.links_known = true;
  here.links = parse_linux_links(kIfInet6, "fe80 40 x 00 x 0 0 0 0 eth0\n", {"eth0"});
  EXPECT_EQ(row(here, "ipv6").status, Status::bad);
}

TEST(NetworkHere, TakenPortsAreAWarningBeforeAStart) {
  NetworkHere here;
  here.discovery_port_taken = true;
  EXPECT_EQ(row(here, "zenoh-ports").status, Status::warning);
  EXPECT_EQ(row(here, "zenoh-ports").prevents, "start-discovery-port-in-use");
  EXPECT_EQ(row(here, "zenoh-ports", true).status, Status::good);
}

TEST(NetworkHere, AsksThisMachineWithoutHarm) {
  EXPECT_FALSE(check_network(gather_network(local_commands(), false), true).empty());
}

}  // namespace
}  // namespace exo_harness::doctor

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/doctor/commands.h"
#include "exo_harness/doctor/doctor.h"

namespace exo_harness::doctor {

/// A network interface of this machine that is up and is no loopback.
struct NetworkLink {
  std::string name;               ///< `eth0`, `en0`.
  bool has_link_local = false;    ///< An address `fe80::…`, without which it has no IPv6 multicast.
  std::optional<bool> multicast;  ///< A route for `ff00::/8`; nothing: not known.
};

/// What discovery of Exo on zenoh needs of this machine: IPv6 multicast, UDP 52413, TCP 52414.
struct NetworkHere {
  std::vector<NetworkLink> links;
  bool links_known = false;
  std::vector<std::string> ipv6_off;  ///< Where it is switched off: `all`, `eth0`, `Wi-Fi`.
  bool discovery_port_taken = false, zenoh_port_taken = false;
};

/// Links of what Linux says: `/proc/net/if_inet6`, `/proc/net/ipv6_route`, and the names of interfaces that are up.
std::vector<NetworkLink> parse_linux_links(std::string_view if_inet6, std::string_view ipv6_route,
                                           const std::vector<std::string>& up);
/// Links of `ifconfig -a` of a Mac: those with `status: active`.
std::vector<NetworkLink> parse_mac_links(std::string_view ifconfig);
/// Whether `networksetup -getinfo SERVICE` says that IPv6 is off.
bool parse_ipv6_off(std::string_view getinfo);

/// Asks this machine: files below `/proc` and `/sys`, or `ifconfig` and `networksetup` with the limit of `run`. Binds
/// both ports for a moment. Never hangs.
NetworkHere gather_network(const RunCommand& run, bool is_mac);

/// Rows `ipv6` and `zenoh-ports` of this machine, for an Exo on zenoh. `cluster_expected_up`: then Exo itself has the
/// ports. Source: with IPv6 off on the host or the link, each node of v1.0.71+44 stayed alone, and no line said why.
std::vector<Check> check_network(const NetworkHere& here, bool cluster_expected_up);

}  // namespace exo_harness::doctor

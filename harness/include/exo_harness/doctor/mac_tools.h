#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/outcome.h"

namespace exo_harness::doctor {

// What the tools of a Mac say about RDMA over Thunderbolt (rdma contract 2). Each parser reads the text of one tool.
// Text that is not of that tool gives empty members, never an exception.

/// `rdma_ctl status`. Nothing: neither word; outside Recovery other verbs say so and exit with 0.
std::optional<bool> parse_rdma_ctl(std::string_view text);
/// `nvram rdma-enable`: whether the variable is there and 1. It stays 1 on Macs that cannot do RDMA.
bool parse_nvram_rdma(std::string_view text);

struct RdmaDevice {
  std::string name, guid;  ///< `rdma_en4`, 16 hexadecimal digits.
};
/// `ibv_devices`; rows need not be sorted.
std::vector<RdmaDevice> parse_ibv_devices(std::string_view text);

struct Gid {
  int index = 0;
  std::string address;  ///< `fe80::…` or `::ffff:169.254.1.2`.
};
struct RdmaPort {
  std::string device;            ///< `rdma_en4`.
  std::string transport, state;  ///< `PORT_ACTIVE`, `PORT_DOWN`.
  std::string link_layer, active_width, active_speed;
  int max_qp = 0, max_cq = 0, max_mr = 0, max_pd = 0;  ///< `-v` only; 0: not said.
  std::vector<Gid> gids;                               ///< `-v` only.

  bool is_active() const { return state == "PORT_ACTIVE"; }
  /// Index of the first IPv4-mapped GID; -1: none.
  int ipv4_gid_index() const;
};
/// `ibv_devinfo`, with or without `-v`.
std::vector<RdmaPort> parse_ibv_devinfo(std::string_view text);

/// Something plugged into a Thunderbolt port.
struct ThunderboltItem {
  enum class Kind { mac, drive, hub };
  Kind kind = Kind::drive;
  std::string name, model, domain_uuid;
  bool offers_rdma = false;  ///< A Mac that has service 64087: its RDMA is on.
  std::vector<ThunderboltItem> behind;
};
struct ThunderboltBus {
  std::string name, mac, domain_uuid;  ///< `thunderboltusb4_bus_2`, `Mac Studio`.
  int port = 0;                        ///< N of `Thunderbolt N`.
  bool connected = false;
  std::string speed;  ///< `80 Gb/s`; of an idle port `Up to 120 Gb/s`.
  int gigabits = 0;   ///< The number in it.
  std::vector<ThunderboltItem> items;

  /// The Mac at the other end of the cable; nullopt: none, or one behind a hub.
  const ThunderboltItem* direct_peer() const;
  bool has_mac_behind_hub() const;
};
/// `system_profiler SPThunderboltDataType -json`. Fails: `malformed`.
Outcome<std::vector<ThunderboltBus>> parse_thunderbolt(std::string_view json);

struct HardwarePort {
  std::string name, device, address;  ///< `Thunderbolt 3`, `en4`.
};
/// `networksetup -listallhardwareports`.
std::vector<HardwarePort> parse_hardware_ports(std::string_view text);

struct NetworkService {
  std::string name, port, device;
  bool enabled = true;
};
/// `networksetup -listnetworkserviceorder`.
std::vector<NetworkService> parse_service_order(std::string_view text);

struct Interface {
  bool exists = false, active = false;
  std::vector<std::string> ipv4, members;  ///< `members`: of a bridge.
};
/// `ifconfig NAME`.
Interface parse_ifconfig(std::string_view out, std::string_view err);

struct MacVersion {
  std::string product, version, build;
  int major_version() const;
  int minor_version() const;
};
/// `sw_vers`.
MacVersion parse_sw_vers(std::string_view text);

/// A launch daemon as `launchctl print system/LABEL` shows it.
struct LaunchDaemon {
  bool loaded = false;
  int interval_seconds = 0;  ///< It runs each so often; 0: not said.
};
/// nullopt: neither a service nor the words that there is none (status 113).
std::optional<LaunchDaemon> parse_launchctl_print(std::string_view out, std::string_view err);

/// `pmset -g`: minutes until sleep; -1: not said; 0: never.
int parse_pmset_sleep(std::string_view text);

}  // namespace exo_harness::doctor

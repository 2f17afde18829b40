#include "exo_harness/doctor/mac_tools.h"

#include <algorithm>
#include <cstdlib>

#include "exo_harness/core/text.h"

#include "tool_text.h"

namespace exo_harness::doctor {
namespace {

int number(std::string_view text) {
  const std::string copy(trim(text));
  return std::atoi(copy.c_str());
}

// `key:<tabs>value` → value; nothing when the line has another key.
std::optional<std::string> value_of(std::string_view line, std::string_view key) {
  const std::string_view text = trim(line);
  if (!text.starts_with(key) || text.size() <= key.size() || text[key.size()] != ':') return std::nullopt;
  return std::string(trim(text.substr(key.size() + 1)));
}

std::string first_word(std::string_view text) {
  return std::string(text.substr(0, text.find_first_of(" \t")));
}

bool is_guid(std::string_view text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void read_port_line(std::string_view line, RdmaPort& port) {
  if (const auto v = value_of(line, "transport")) port.transport = *v;
  if (const auto v = value_of(line, "state")) port.state = first_word(*v);
  if (const auto v = value_of(line, "link_layer")) port.link_layer = *v;
  if (const auto v = value_of(line, "active_width")) port.active_width = *v;
  if (const auto v = value_of(line, "active_speed")) port.active_speed = *v;
  if (const auto v = value_of(line, "max_qp")) port.max_qp = number(*v);
  if (const auto v = value_of(line, "max_cq")) port.max_cq = number(*v);
  if (const auto v = value_of(line, "max_mr")) port.max_mr = number(*v);
  if (const auto v = value_of(line, "max_pd")) port.max_pd = number(*v);
  const std::string_view text = trim(line);
  const std::size_t close = text.find("]:");
  if (text.starts_with("GID[") && close != std::string_view::npos) {
    port.gids.push_back({number(text.substr(4, close - 4)), std::string(trim(text.substr(close + 2)))});
  }
}

}  // namespace

std::optional<bool> parse_rdma_ctl(std::string_view text) {
  const std::string word = to_lower(trim(text));
  if (word == "enabled") return true;
  if (word == "disabled") return false;
  return std::nullopt;
}

bool parse_nvram_rdma(std::string_view text) {
  const std::vector<std::string_view> all = words_of(trim(text));
  return all.size() == 2 && all[0] == "rdma-enable" && all[1] == "1";
}

std::vector<RdmaDevice> parse_ibv_devices(std::string_view text) {
  std::vector<RdmaDevice> devices;
  for (const std::string_view line : lines(text)) {
    const std::vector<std::string_view> all = words_of(line);
    if (all.size() == 2 && all[0].starts_with("rdma_") && is_guid(all[1]))
      devices.push_back({std::string(all[0]), std::string(all[1])});
  }
  return devices;
}

int RdmaPort::ipv4_gid_index() const {
  for (const Gid& gid : gids) {
    if (gid.address.starts_with("::ffff:")) return gid.index;
  }
  return -1;
}

std::vector<RdmaPort> parse_ibv_devinfo(std::string_view text) {
  std::vector<RdmaPort> ports;
  for (const std::string_view line : lines(text)) {
    if (const auto device = value_of(line, "hca_id")) {
      ports.emplace_back().device = *device;
    } else if (!ports.empty()) {
      read_port_line(line, ports.back());
    }
  }
  return ports;
}

std::vector<HardwarePort> parse_hardware_ports(std::string_view text) {
  std::vector<HardwarePort> ports;
  for (const std::string_view line : lines(text)) {
    if (const auto v = value_of(line, "Hardware Port")) ports.push_back({*v, "", ""});
    if (ports.empty()) continue;
    if (const auto v = value_of(line, "Device")) ports.back().device = *v;
    if (const auto v = value_of(line, "Ethernet Address")) ports.back().address = *v;
  }
  return ports;
}

std::vector<NetworkService> parse_service_order(std::string_view text) {
  std::vector<NetworkService> services;
  for (const std::string_view raw : lines(text)) {
    const std::string_view line = trim(raw);
    const std::size_t device = line.rfind(", Device: ");
    if (line.starts_with("(Hardware Port: ") && device != std::string_view::npos && !services.empty()) {
      services.back().port = line.substr(16, device - 16);
      services.back().device = line.substr(device + 10, line.size() - device - 11);
    } else if (const std::size_t close = line.find(") "); line.starts_with("(") && close != std::string_view::npos) {
      services.push_back({std::string(line.substr(close + 2)), "", "", line.substr(1, close - 1) != "*"});
    }
  }
  return services;
}

Interface parse_ifconfig(std::string_view out, std::string_view err) {
  Interface interface;
  interface.exists = !trim(out).empty() && !contains(err, "does not exist");
  for (const std::string_view line : lines(out)) {
    const std::vector<std::string_view> all = words_of(line);
    if (all.size() >= 2 && all[0] == "inet") interface.ipv4.emplace_back(all[1]);
    if (all.size() >= 2 && all[0] == "member:") interface.members.emplace_back(all[1]);
    if (all.size() >= 2 && all[0] == "status:") interface.active = all[1] == "active";
  }
  return interface;
}

int MacVersion::major_version() const {
  return number(version.substr(0, version.find('.')));
}

int MacVersion::minor_version() const {
  const std::vector<std::string_view> parts = split(version, '.');
  return parts.size() > 1 ? number(parts[1]) : 0;
}

MacVersion parse_sw_vers(std::string_view text) {
  MacVersion version;
  for (const std::string_view line : lines(text)) {
    if (const auto v = value_of(line, "ProductName")) version.product = *v;
    if (const auto v = value_of(line, "ProductVersion")) version.version = *v;
    if (const auto v = value_of(line, "BuildVersion")) version.build = *v;
  }
  return version;
}

std::optional<LaunchDaemon> parse_launchctl_print(std::string_view out, std::string_view err) {
  if (contains(err, "Could not find service") || contains(out, "Could not find service")) return LaunchDaemon{};
  if (!contains(out, " = {")) return std::nullopt;
  LaunchDaemon daemon{true, 0};
  for (const std::string_view line : lines(out)) {
    const std::vector<std::string_view> all = words_of(line);
    if (all.size() >= 4 && all[0] == "run" && all[1] == "interval") daemon.interval_seconds = number(all[3]);
  }
  return daemon;
}

int parse_pmset_sleep(std::string_view text) {
  for (const std::string_view line : lines(text)) {
    const std::vector<std::string_view> all = words_of(line);
    if (all.size() >= 2 && all[0] == "sleep" && all[1].find_first_not_of("0123456789") == std::string::npos)
      return number(all[1]);
  }
  return -1;
}

}  // namespace exo_harness::doctor

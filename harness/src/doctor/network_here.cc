// Whether this machine has what discovery of Exo on zenoh needs: IPv6 multicast on a link, and its two ports.
#include "exo_harness/doctor/network_here.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/bound_port.h"

#include "checks.h"
#include "tool_text.h"

namespace exo_harness::doctor {
namespace {

namespace fs = std::filesystem;
using Status = Check::Status;

constexpr int kDiscoveryPort = 52413, kZenohPort = 52414;

std::string text_of_file(const fs::path& file) {
  try {
    return read_file(file, 4u << 20);
  } catch (const HarnessError&) {  // Not on this machine, or not for this user: then it says nothing.
    return "";
  }
}

// Not by another's socket in any other way: without IPv6 the port is not asked for at all.
bool is_taken(int type, int port) {
  const auto reuse = type == SOCK_STREAM ? process::Reuse::closed_connections : process::Reuse::nobody;
  return process::bind_port("::", port, type, reuse).error == EADDRINUSE;
}

// Interfaces that carry a signal; the loopback never counts.
std::vector<std::string> linux_interfaces_up() {
  std::vector<std::string> up;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/sys/class/net", error)) {
    const std::string name = entry.path().filename().string();
    const std::string state = std::string(trim(text_of_file(entry.path() / "operstate")));
    if (name != "lo" && (state == "up" || state == "unknown")) up.push_back(name);
  }
  std::sort(up.begin(), up.end());
  return up;
}

void gather_linux(NetworkHere& here) {
  const std::vector<std::string> up = linux_interfaces_up();
  std::error_code error;
  here.links_known = fs::is_directory("/sys/class/net", error);
  here.links = parse_linux_links(text_of_file("/proc/net/if_inet6"), text_of_file("/proc/net/ipv6_route"), up);
  const fs::path settings = "/proc/sys/net/ipv6/conf";
  if (!fs::exists(settings, error)) here.ipv6_off.emplace_back("all (the kernel has none)");
  std::vector<std::string> names = up;
  names.insert(names.begin(), "all");
  for (const std::string& name : names) {
    if (trim(text_of_file(settings / name / "disable_ipv6")) == "1") here.ipv6_off.push_back(name);
  }
}

void gather_mac(const RunCommand& run, NetworkHere& here) {
  const CommandAnswer interfaces = run({"ifconfig", "-a"});
  here.links_known = interfaces.found && !interfaces.timed_out;
  here.links = parse_mac_links(interfaces.out);
  constexpr std::size_t kMostServices = 32;
  const CommandAnswer services = run({"networksetup", "-listallnetworkservices"});
  std::size_t asked = 0;
  for (const std::string_view line : lines(services.out)) {
    // The first line explains the stars, which mark services that are off.
    if (contains(line, "asterisk") || line.starts_with('*') || trim(line).empty() || ++asked > kMostServices) continue;
    if (parse_ipv6_off(run({"networksetup", "-getinfo", std::string(trim(line))}).out))
      here.ipv6_off.emplace_back(trim(line));
  }
}

std::string names_of(const std::vector<NetworkLink>& links) {
  std::vector<std::string> names;
  for (const NetworkLink& link : links) names.push_back(link.name);
  return names.empty() ? "none" : join(names, ", ");
}

}  // namespace

std::vector<NetworkLink> parse_linux_links(std::string_view if_inet6, std::string_view ipv6_route,
                                           const std::vector<std::string>& up) {
  std::vector<NetworkLink> links;
  for (const std::string& name : up)
    links.push_back({name, false, ipv6_route.empty() ? std::nullopt : std::optional(false)});
  const auto link_called = [&](std::string_view name) {
    return std::find_if(links.begin(), links.end(), [&](const NetworkLink& link) { return link.name == name; });
  };
  for (const std::string_view line : lines(if_inet6)) {
    const auto words = words_of(line);
    if (words.size() < 6 || !words[0].starts_with("fe80")) continue;
    if (const auto link = link_called(words[5]); link != links.end()) link->has_link_local = true;
  }
  for (const std::string_view line : lines(ipv6_route)) {
    const auto words = words_of(line);
    if (words.size() < 10 || !words[0].starts_with("ff00") || words[1] != "08") continue;
    if (const auto link = link_called(words[9]); link != links.end()) link->multicast = true;
  }
  return links;
}

std::vector<NetworkLink> parse_mac_links(std::string_view ifconfig) {
  std::vector<NetworkLink> links;
  NetworkLink link;
  bool active = false;
  const auto take = [&] {
    if (active && !link.name.starts_with("lo")) links.push_back(link);
    link = {}, active = false;
  };
  for (const std::string_view line : lines(ifconfig)) {
    if (!line.empty() && line.front() != '\t' && line.front() != ' ') {
      take();
      link.name = line.substr(0, line.find(':'));
      if (contains(line.substr(0, line.find('>')), "MULTICAST")) link.multicast = true;
    }
    if (trim(line).starts_with("inet6 fe80:")) link.has_link_local = true;
    if (trim(line) == "status: active") active = true;
  }
  take();
  return links;
}

bool parse_ipv6_off(std::string_view getinfo) {
  for (const std::string_view line : lines(getinfo)) {
    if (trim(line) == "IPv6: Off") return true;
  }
  return false;
}

NetworkHere gather_network(const RunCommand& run, bool is_mac) {
  NetworkHere here;
  if (is_mac)
    gather_mac(run, here);
  else
    gather_linux(here);
  here.discovery_port_taken = is_taken(SOCK_DGRAM, kDiscoveryPort);
  here.zenoh_port_taken = is_taken(SOCK_STREAM, kZenohPort);
  return here;
}

std::vector<Check> check_network(const NetworkHere& here, bool cluster_expected_up) {
  constexpr const char* kHere = "this machine";
  Checks checks;
  std::vector<NetworkLink> fit;
  std::copy_if(here.links.begin(), here.links.end(), std::back_inserter(fit),
               [](const NetworkLink& link) { return link.has_link_local && link.multicast.value_or(true); });
  const std::string off = here.ipv6_off.empty() ? "" : format("; switched off: {}", join(here.ipv6_off, ", "));
  const Status status = !fit.empty() && here.ipv6_off.empty()     ? Status::good
                        : !fit.empty()                            ? Status::warning
                        : here.links_known && !here.links.empty() ? Status::bad
                                                                  : Status::unknown;
  Check& ipv6 =
      checks.add("ipv6", kHere, status,
                 format("links that can do IPv6 multicast: {}; up: {}{}", names_of(fit), names_of(here.links), off),
                 "IPv6 on the link between the nodes: Exo on zenoh finds them by its multicast");
  ipv6.fix =
      "Switch IPv6 on: `sysctl net.ipv6.conf.all.disable_ipv6=0` and the same for the link; on a Mac "
      "`networksetup -setv6automatic SERVICE`.";
  ipv6.prevents = "nodes that each stay alone, without a line that says why";
  std::vector<std::string> taken;
  if (here.discovery_port_taken) taken.push_back(format("UDP {}", kDiscoveryPort));
  if (here.zenoh_port_taken) taken.push_back(format("TCP {}", kZenohPort));
  const bool is_trouble = !taken.empty() && !cluster_expected_up;
  Check& ports = checks.add("zenoh-ports", kHere, is_trouble ? Status::warning : Status::good,
                            taken.empty() ? "free" : "taken: " + join(taken, ", "),
                            cluster_expected_up ? "free, or Exo's" : "free");
  ports.prevents = here.discovery_port_taken ? "start-discovery-port-in-use" : "start-zenoh-port-in-use";
  ports.fix =
      "Stop the older Exo, or give every node others: `--discovery-port`, `--zenoh-port`; and let a firewall "
      "pass them.";
  return checks.take();
}

}  // namespace exo_harness::doctor

#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "checks.h"

namespace exo_harness::doctor {
namespace {

using Status = Check::Status;

class Gatherer {
 public:
  Gatherer(const RunCommand& run, LocalFacts& facts) : run_(run), facts_(facts) {}

  void mac() {
    facts_.version = parse_sw_vers(ask({"sw_vers"}).out);
    facts_.chip = trim(ask({"sysctl", "-n", "machdep.cpu.brand_string"}).out);
    const CommandAnswer control = ask({"rdma_ctl", "status"});
    facts_.rdma_ctl_found = control.found;
    facts_.rdma_ctl = parse_rdma_ctl(control.out);
    facts_.devices = parse_ibv_devices(ask_ibv({"ibv_devices"}).out);
    facts_.ports = parse_ibv_devinfo(ask_ibv({"ibv_devinfo"}).out);
    for (RdmaPort& port : facts_.ports) {
      if (!port.is_active()) continue;
      const std::vector<RdmaPort> detailed = parse_ibv_devinfo(ask_ibv({"ibv_devinfo", "-v", "-d", port.device}).out);
      if (detailed.size() == 1) port = detailed[0];
    }
    const auto buses = parse_thunderbolt(ask({"system_profiler", "SPThunderboltDataType", "-json"}).out);
    if (buses) facts_.buses = *buses;
    if (!buses) facts_.trouble.push_back(buses.failure().what);
    facts_.hardware_ports = parse_hardware_ports(ask({"networksetup", "-listallhardwareports"}).out);
    facts_.services = parse_service_order(ask({"networksetup", "-listnetworkserviceorder"}).out);
    facts_.sleep_minutes = parse_pmset_sleep(ask({"pmset", "-g"}).out);
    const CommandAnswer daemon = ask({"launchctl", "print", "system/io.exo.networksetup"});
    facts_.network_daemon = parse_launchctl_print(daemon.out, daemon.err);
    interfaces();
  }

 private:
  CommandAnswer ask(const std::vector<std::string>& command) {
    CommandAnswer answer = run_(command);
    if (answer.timed_out) facts_.trouble.push_back(join(command, " ") + " did not end");
    return answer;
  }

  CommandAnswer ask_ibv(const std::vector<std::string>& command) {
    if (facts_.ibv_hung) return {};  // one is enough: the driver is wedged
    CommandAnswer answer = ask(command);
    facts_.ibv_hung = answer.timed_out;
    return answer;
  }

  void interfaces() {
    std::vector<std::string> names = {"bridge0"};
    for (const HardwarePort& port : facts_.hardware_ports) {
      if (port.name.starts_with("Thunderbolt ") && port.device.starts_with("en")) names.push_back(port.device);
    }
    for (const std::string& name : names) {
      const CommandAnswer answer = ask({"ifconfig", name});
      if (answer.found) facts_.interfaces[name] = parse_ifconfig(answer.out, answer.err);
    }
  }

  const RunCommand& run_;
  LocalFacts& facts_;
};

class LocalChecks {
 public:
  LocalChecks(const LocalFacts& facts, const std::vector<std::string>& planned) : facts_(facts), planned_(planned) {}

  std::vector<Check> run() {
    if (!facts_.is_mac) {
      jaccl(checks_.bad("rdma-host", kHere, facts_.os.empty() ? "no Mac" : facts_.os,
                        "a Mac with macOS 26.2 and Thunderbolt 5"),
            "Use MlxRing on this machine.", "placement-no-rdma-cycle");
      return checks_.take();
    }
    if (!facts_.chip.empty()) checks_.good("chip", kHere, facts_.chip, "known");
    system();
    control();
    devices();
    for (const ThunderboltBus& bus : facts_.buses) cable(bus);
    for (const std::string& device : wanted_devices()) port(device);
    bridge();
    sleep();
    network_daemon();
    for (const std::string& trouble : facts_.trouble) {
      checks_.add("command", kHere, Status::warning, trouble, "an answer within 5 s").fix = "Run the command by hand.";
    }
    return checks_.take();
  }

 private:
  static constexpr const char* kHere = "this machine";

  static void jaccl(Check& check, std::string fix, std::string prevents) {
    check.fix = std::move(fix);
    check.prevents = std::move(prevents);
    check.for_jaccl = true;
  }

  void system() {
    const MacVersion& v = facts_.version;
    const bool enough = v.major_version() > 26 || (v.major_version() == 26 && v.minor_version() >= 2);
    jaccl(checks_.add("macos", kHere, enough ? Status::good : Status::bad, v.version + " " + v.build, "26.2 or later"),
          "Update macOS, all nodes to the same build.", "warmup-metal-fence-kernel");
  }

  void control() {
    const std::string seen = !facts_.rdma_ctl_found ? "there is no rdma_ctl"
                             : !facts_.rdma_ctl     ? "neither enabled nor disabled"
                             : *facts_.rdma_ctl     ? "enabled"
                                                    : "disabled";
    jaccl(checks_.add("rdma-enabled", kHere, facts_.rdma_ctl.value_or(false) ? Status::good : Status::bad, seen,
                      "enabled"),
          "Boot into Recovery, open Terminal, run `rdma_ctl enable`, reboot.", "preflight-rdma-ctl-disabled");
  }

  bool only_thunderbolt_4() const {
    return std::any_of(facts_.buses.begin(), facts_.buses.end(), [](const ThunderboltBus& bus) {
      return !bus.connected && bus.gigabits > 0 && bus.gigabits <= 40;
    });
  }

  void devices() {
    if (facts_.ibv_hung) {
      jaccl(checks_.bad("rdma-devices", kHere, "ibv_devices or ibv_devinfo did not end", "an answer at once"),
            "Reboot all nodes: the RDMA driver is wedged.", "preflight-no-ib-devices");
      return;
    }
    const bool there = !facts_.devices.empty();
    jaccl(checks_.add("rdma-devices", kHere, there ? Status::good : Status::bad,
                      there                  ? format("{} devices", facts_.devices.size())
                      : only_thunderbolt_4() ? "none; Thunderbolt 4 only"
                                             : "none",
                      "one rdma_enN for each Thunderbolt 5 port"),
          only_thunderbolt_4() ? "Use MlxRing: Thunderbolt 4 has no RDMA, this is final."
                               : "Enable RDMA in Recovery, then look again with `ibv_devices`.",
          only_thunderbolt_4() ? "preflight-thunderbolt-4-host" : "preflight-no-ib-devices");
  }

  void cable(const ThunderboltBus& bus) {
    const std::string where = format("Thunderbolt {}", bus.port);
    if (bus.has_mac_behind_hub()) {
      jaccl(checks_.bad("direct-cable", kHere, where + ": a Mac behind a hub", "a direct cable"),
            "Connect the two Macs without a hub.", "placement-no-rdma-cycle");
    }
    const ThunderboltItem* peer = bus.direct_peer();
    if (peer == nullptr) return;
    jaccl(checks_.add("cable-speed", kHere, bus.gigabits >= 80 ? Status::good : Status::bad,
                      format("{}: {} to {}", where, bus.speed, peer->model), "80 Gb/s"),
          "Use a Thunderbolt 5 cable.", "preflight-link-40g");
    jaccl(checks_.add("peer-rdma", kHere, peer->offers_rdma ? Status::good : Status::bad,
                      format("{}: {} {} RDMA", where, peer->model, peer->offers_rdma ? "offers" : "does not offer"),
                      "the peer offers RDMA (service 64087)"),
          "Enable RDMA on the Mac at the other end: `rdma_ctl enable` in Recovery.", "preflight-rdma-ctl-disabled");
  }

  // The devices of a placement, else those whose port has a Mac at its end.
  std::vector<std::string> wanted_devices() const {
    if (!planned_.empty()) return planned_;
    std::vector<std::string> names;
    for (const ThunderboltBus& bus : facts_.buses) {
      if (bus.direct_peer() == nullptr) continue;
      for (const HardwarePort& port : facts_.hardware_ports) {
        if (port.name == format("Thunderbolt {}", bus.port)) names.push_back("rdma_" + port.device);
      }
    }
    return names;
  }

  void port(const std::string& device) {
    const auto at =
        std::find_if(facts_.ports.begin(), facts_.ports.end(), [&](const RdmaPort& p) { return p.device == device; });
    if (at == facts_.ports.end()) {
      if (facts_.ibv_hung) return;
      jaccl(checks_.bad("rdma-port", kHere, device + " does not exist", device + " is active"),
            "Compare `ibv_devices` with this rank's row of the matrix.", "jaccl-device-not-found");
      return;
    }
    jaccl(checks_.add("rdma-port", kHere, at->is_active() ? Status::good : Status::bad, device + " " + at->state,
                      "PORT_ACTIVE"),
          "Check that the peer has RDMA on, the cable, and the port beside Ethernet of a Mac Studio.",
          "jaccl-alloc-pd-failed");
    const int index = at->ipv4_gid_index();
    if (at->is_active() && !at->gids.empty()) {
      jaccl(checks_.add("ipv4-gid", kHere, index == 1 ? Status::good : Status::bad,
                        index < 0 ? device + " has no IPv4-mapped GID"
                                  : format("{} has its IPv4-mapped GID at index {}", device, index),
                        "an IPv4-mapped GID at index 1"),
            "Wait for the 169.254 address after boot or cabling, or set an address on the port.", "jaccl-rtr-errno-22");
    }
    const auto interface = facts_.interfaces.find(device.substr(std::min<std::size_t>(5, device.size())));
    if (interface == facts_.interfaces.end()) return;
    const bool has = !interface->second.ipv4.empty();
    jaccl(checks_.add("port-address", kHere, has ? Status::good : Status::bad,
                      has ? interface->second.ipv4[0] : interface->first + " has no IPv4 address",
                      "an IPv4 address on the port"),
          "Wait for the 169.254 address, or set one: `sudo ifconfig enN inet 169.254.x.y netmask 255.255.0.0 alias`.",
          "jaccl-no-ipv4-gid");
  }

  void bridge() {
    const auto at = facts_.interfaces.find("bridge0");
    const bool members = at != facts_.interfaces.end() && !at->second.members.empty();
    const bool enabled = std::any_of(facts_.services.begin(), facts_.services.end(),
                                     [](const NetworkService& s) { return s.device == "bridge0" && s.enabled; });
    jaccl(checks_.add("thunderbolt-bridge", kHere, members && enabled ? Status::warning : Status::good,
                      !members  ? "no ports in bridge0"
                      : enabled ? "bridge0 is on and has " + join(at->second.members, ", ")
                                : "bridge0 is off",
                      "no bridge over the RDMA ports"),
          "Switch it off: `networksetup -setnetworkserviceenabled \"Thunderbolt Bridge\" off`.",
          "preflight-bridge-members");
  }

  void sleep() {
    if (facts_.sleep_minutes < 0) return;
    jaccl(checks_.add("sleep", kHere, facts_.sleep_minutes == 0 ? Status::good : Status::warning,
                      facts_.sleep_minutes == 0 ? "never" : format("after {} min", facts_.sleep_minutes), "never"),
          "Keep the Mac awake: `caffeinate -dims`, or `sudo pmset sleep 0`.", "jaccl-rtr-errno-96");
  }

  // It is installed by the EXO app for the good of the usual cluster, so it is in the way of fixed addresses only.
  void network_daemon() {
    const auto& daemon = facts_.network_daemon;
    const std::string often = daemon && daemon->interval_seconds > 0
                                  ? format("each {} min", (daemon->interval_seconds + 30) / 60)
                                  : "now and then";
    Check& c =
        checks_.add("network-daemon", kHere,
                    !daemon          ? Status::unknown
                    : daemon->loaded ? Status::warning
                                     : Status::good,
                    !daemon          ? "not known here: launchctl did not tell"
                    : daemon->loaded ? "io.exo.networksetup is loaded: sets the Thunderbolt ports to DHCP " + often
                                     : "io.exo.networksetup is not loaded",
                    "nothing that changes network settings during a run");
    c.fix =
        "Leave the ports on DHCP, or remove it: `sudo launchctl bootout system/io.exo.networksetup`, then delete "
        "/Library/LaunchDaemons/io.exo.networksetup.plist.";
    c.prevents = "discovery-network-daemon";
  }

  const LocalFacts& facts_;
  const std::vector<std::string>& planned_;
  Checks checks_;
};

}  // namespace

LocalFacts gather_local(const RunCommand& run, bool is_mac) {
  LocalFacts facts;
  facts.is_mac = is_mac;
  if (is_mac) {
    Gatherer(run, facts).mac();
    facts.os = facts.version.product + " " + facts.version.version + " " + facts.version.build;
  } else {
    facts.os = trim(run({"uname", "-sr"}).out);
  }
  return facts;
}

std::vector<Check> check_local(const LocalFacts& facts, const std::vector<std::string>& planned) {
  return LocalChecks(facts, planned).run();
}

}  // namespace exo_harness::doctor

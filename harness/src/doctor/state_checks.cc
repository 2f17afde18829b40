#include <algorithm>
#include <cmath>
#include <ctime>
#include <iomanip>
#include <set>
#include <sstream>
#include <tuple>

#include "exo_harness/core/few.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/edge_index.h"

#include "checks.h"

namespace exo_harness::doctor {
namespace {

using Status = Check::Status;

// Seconds since 1970 of `2026-11-25T04:00:00.123+00:00` or `…Z`, any offset taken into account. Nothing: not a time.
std::optional<double> seconds_of(const std::string& iso) {
  std::tm tm{};
  std::istringstream in(iso.substr(0, 19));
  in >> std::get_time(&tm, "%Y-%m-%dT%H:%M:%S");
  if (in.fail()) return std::nullopt;
  double seconds = static_cast<double>(::timegm(&tm));
  const std::size_t sign = iso.find_first_of("+-", 19);
  if (sign != std::string::npos) {
    std::tm offset{};
    std::istringstream digits(iso.substr(sign + 1));
    digits >> std::get_time(&offset, "%H:%M");
    if (digits.fail()) return std::nullopt;
    const double ahead = offset.tm_hour * 3600 + offset.tm_min * 60;
    seconds += iso[sign] == '+' ? -ahead : ahead;
  }
  return seconds;
}

class StateChecks {
 public:
  StateChecks(const exo::State& state, const Question& question)
      : state_(state), edges_(state.edges), question_(question) {}

  std::vector<Check> run() {
    count();
    socket_edges();
    memory();
    clocks();
    systems();
    identities();
    backends();
    rdma_control();
    thunderbolt();
    rdma_edges();
    port_addresses();
    bridges();
    return checks_.take();
  }

 private:
  const exo::NodeFacts& facts(const std::string& node) const {
    static const exo::NodeFacts kNone;
    const auto at = state_.facts.find(node);
    return at == state_.facts.end() ? kNone : at->second;
  }

  std::string name(const std::string& node) const {
    const exo::NodeFacts& f = facts(node);
    return f.identity && !f.identity->friendly_name.empty()
               ? format("{} ({})", f.identity->friendly_name, shorten(node.substr(0, 12), 12))
               : node.substr(0, 12);
  }

  std::string pairs(const exo::EdgeIndex::Missing& missing) const {
    Few few;
    for (const auto& [from, to] : missing.examples) few.add(name(from) + " > " + name(to));
    few.add_others(missing.count - missing.examples.size());
    return join(few.list(), ", ");
  }

  void count() {
    const auto seen = state_.nodes.size();
    if (question_.nodes <= 0) return;
    const bool fits = seen == static_cast<std::size_t>(question_.nodes);
    Check& c = checks_.add("node-count", "cluster", fits ? Status::good : Status::bad, format("{} nodes", seen),
                           format("{} nodes", question_.nodes));
    c.fix = seen > static_cast<std::size_t>(question_.nodes)
                ? "Stop the foreign node, or give this cluster a namespace of its own."
                : "Start the missing node; check Local Network permission and firewall.";
    c.prevents = "discovery-peer-unreachable";
  }

  void socket_edges() {
    const auto missing = edges_.missing(state_.nodes, exo::Edge::Kind::socket, Few::kExamples);
    Check& c = checks_.add("socket-edges", "cluster", missing.count == 0 ? Status::good : Status::bad,
                           missing.count == 0 ? "every node reaches every other one" : "missing: " + pairs(missing),
                           "a socket edge for each ordered pair");
    c.fix =
        "Use one API port on all nodes; check firewall and Local Network permission: `curl http://PEER:52415/node_id` "
        "both ways.";
    c.prevents = "placement-ring-no-connectivity";
  }

  void memory() {
    std::uint64_t available = 0;
    for (const std::string& node : state_.nodes) {
      const auto& memory = facts(node).memory;
      const bool known = memory && memory->ram_total > 0;
      if (known) available += memory->ram_available;
      Check& c = checks_.add(
          "memory-known", name(node), known ? Status::good : Status::bad,
          known ? format("{} of {} free", bytes_for_people(memory->ram_available), bytes_for_people(memory->ram_total))
                : "no memory figures",
          "memory figures that are not 0");
      c.fix = "Install a macmon that knows this chip, and restart Exo.";
      c.prevents = "placement-no-memory";
    }
    if (question_.model_bytes == 0) return;
    const bool fits = available >= question_.model_bytes;
    Check& c = checks_.add("memory-fits", "cluster", fits ? Status::good : Status::bad,
                           bytes_for_people(available) + " free in all",
                           bytes_for_people(question_.model_bytes) + " for the model");
    c.fix = "Close programs, add a node, or take a smaller model.";
    c.prevents = "placement-no-memory";
  }

  // The nodes' clocks, as far as `lastSeen` shows them; a node of another time zone that writes local time stands out,
  // too.
  void clocks() {
    const auto now = seconds_of(question_.now_utc);
    for (const std::string& node : state_.nodes) {
      const auto seen = seconds_of(facts(node).last_seen);
      if (!now || !seen) continue;
      const double offset = *now - *seen;
      const Status status = std::abs(offset) <= 60 ? Status::good : Status::bad;
      Check& c =
          checks_.add("clock", name(node), status,
                      format("lastSeen is {:.0f} s {} our clock", std::abs(offset), offset < 0 ? "ahead of" : "behind"),
                      "at most 60 s apart");
      c.fix = std::abs(offset) > 1700 ? "Set the same time zone and automatic time on all machines."
                                      : "Set automatic time on all machines, or wake the node.";
      c.prevents = "discovery-node-timed-out";
    }
  }

  void systems() {
    for (const std::string& node : state_.nodes) {
      const auto& identity = facts(node).identity;
      if (!identity) continue;
      checks_.good(
          "system", name(node),
          format("{} {}, {}, {}", identity->os_version, identity->os_build, identity->chip_id, identity->model_id),
          "known");
    }
  }

  void identities() {
    std::set<std::string> builds;
    std::vector<std::string> texts;
    for (const std::string& node : state_.nodes) {
      const auto& identity = facts(node).identity;
      if (!identity || identity->os_build.empty() || identity->os_build == "Unknown") continue;
      builds.insert(identity->os_version + " " + identity->os_build);
      texts.push_back(name(node) + " " + identity->os_version + " " + identity->os_build);
    }
    if (builds.empty()) return;
    Check& c = checks_.add("builds-equal", "cluster", builds.size() == 1 ? Status::good : Status::bad,
                           join(texts, ", "), "one system build on all nodes");
    c.fix = "Bring all nodes to the same macOS build; Exo only warns, and places all the same.";
    c.prevents = "jaccl-rtr-errno-22";
    c.for_jaccl = true;
  }

  void backends() {
    for (const std::string& node : state_.nodes) {
      const auto& list = facts(node).backends;
      if (list.empty()) continue;
      const bool metal = std::find(list.begin(), list.end(), "MlxMetal") != list.end();
      Check& c = checks_.add("metal", name(node), metal ? Status::good : Status::bad, join(list, ", "), "MlxMetal");
      c.fix = "Use MlxRing with this node; JACCL needs a Mac.";
      c.prevents = "placement-backend-mismatch";
      c.for_jaccl = true;
    }
  }

  void rdma_control() {
    for (const std::string& node : state_.nodes) {
      const auto& enabled = facts(node).rdma_enabled;
      const std::string seen = !enabled ? "not reported" : *enabled ? "enabled" : "disabled";
      Check& c =
          checks_.add("rdma-enabled", name(node), enabled && *enabled ? Status::good : Status::bad, seen, "enabled");
      c.fix = enabled ? "Boot into Recovery, open Terminal, run `rdma_ctl enable`, reboot."
                      : "Run `rdma_ctl status` there; Linux and macOS before 26.2 have none: use MlxRing.";
      c.prevents = "preflight-rdma-ctl-disabled";
      c.for_jaccl = true;
    }
  }

  void thunderbolt() {
    for (const std::string& node : state_.nodes) {
      const auto& ports = facts(node).thunderbolt;
      if (ports.empty()) {
        Check& c = checks_.bad("thunderbolt-known", name(node), "no Thunderbolt ports reported", "Thunderbolt 5 ports");
        c.fix =
            "Read the node's log for `Error gathering Thunderbolt data`; a machine without Thunderbolt 5 takes MlxRing "
            "only.";
        c.prevents = "discovery-thunderbolt-gather-failed";
        c.for_jaccl = true;
        continue;
      }
      const bool old = std::any_of(ports.begin(), ports.end(), [](const exo::ThunderboltPort& port) {
        return port.link_speed == "Up to 40 Gb/s" || port.link_speed == "Up to 20 Gb/s";
      });
      Check& c = checks_.add("thunderbolt-5", name(node), old ? Status::bad : Status::good,
                             old ? "idle ports offer at most 40 Gb/s" : format("{} ports", ports.size()),
                             "ports of 80 Gb/s and more");
      c.fix = "Use MlxRing with this node: Thunderbolt 4 has no RDMA, whatever rdma_ctl says.";
      c.prevents = "preflight-thunderbolt-4-host";
      c.for_jaccl = true;
    }
  }

  void rdma_edges() {
    const auto missing = edges_.missing(state_.nodes, exo::Edge::Kind::rdma, Few::kExamples);
    Check& mesh = checks_.add(
        "rdma-mesh", "cluster", missing.count == 0 && state_.nodes.size() > 1 ? Status::good : Status::bad,
        state_.nodes.size() < 2 ? "a single node"
        : missing.count == 0    ? format("{} nodes, all cabled", state_.nodes.size())
                                : "missing: " + pairs(missing),
        format("an RDMA edge for each of {} ordered pairs",
               state_.nodes.size() * (state_.nodes.size() - std::min<std::size_t>(1, state_.nodes.size()))));
    mesh.fix = "Cable each pair directly with Thunderbolt 5, no hub, not the port beside Ethernet of a Mac Studio.";
    mesh.prevents = "placement-no-rdma-cycle";
    mesh.for_jaccl = true;
    const std::set<Cable> cables = cables_of(state_);
    exo::EdgeIndex::Missing unmirrored;
    for (const exo::Edge& e : state_.edges) {
      if (e.kind == exo::Edge::Kind::rdma && !cables.contains({e.sink, e.source, e.sink_iface, e.source_iface})) {
        ++unmirrored.count;
        if (unmirrored.examples.size() < Few::kExamples) unmirrored.examples.emplace_back(e.source, e.sink);
      }
      if (e.kind == exo::Edge::Kind::rdma) link_speed(e);
    }
    if (std::none_of(state_.edges.begin(), state_.edges.end(),
                     [](const exo::Edge& e) { return e.kind == exo::Edge::Kind::rdma; }))
      return;
    Check& c = checks_.add("rdma-mirrored", "cluster", unmirrored.count == 0 ? Status::good : Status::bad,
                           unmirrored.count == 0 ? "both ends name the same cable" : "one-sided: " + pairs(unmirrored),
                           "each edge seen from both ends");
    c.fix = "Connect the pair without a hub between; wait 10 s for the next look.";
    c.prevents = "placement-no-rdma-cycle";
    c.for_jaccl = true;
  }

  using Cable = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>;
  static std::set<Cable> cables_of(const exo::State& state) {
    std::set<Cable> cables;
    for (const exo::Edge& e : state.edges) {
      if (e.kind == exo::Edge::Kind::rdma) cables.emplace(e.source, e.sink, e.source_iface, e.sink_iface);
    }
    return cables;
  }

  void link_speed(const exo::Edge& e) {
    for (const exo::ThunderboltPort& port : facts(e.source).thunderbolt) {
      if (port.rdma_interface != e.source_iface) continue;
      const bool fast = port.link_speed == "80 Gb/s" || port.link_speed == "120 Gb/s";
      Check& c = checks_.add("link-speed", name(e.source), fast ? Status::good : Status::bad,
                             format("{} to {}: {}", e.source_iface, name(e.sink), port.link_speed), "80 Gb/s");
      c.fix = "Use a Thunderbolt 5 cable between Thunderbolt 5 ports.";
      c.prevents = "preflight-link-40g";
      c.for_jaccl = true;
    }
  }

  // Without one there is no GID that the queue pairs can use; the 169.254 address may come minutes after the cable.
  void port_addresses() {
    std::set<std::pair<std::string, std::string>> ports;
    for (const exo::Edge& e : state_.edges) {
      if (e.kind == exo::Edge::Kind::rdma && e.source_iface.starts_with("rdma_") && !facts(e.source).interfaces.empty())
        ports.emplace(e.source, e.source_iface.substr(5));
    }
    for (const auto& [node, port] : ports) {
      const auto& all = facts(node).interfaces;
      const auto at = std::find_if(all.begin(), all.end(), [&port = port](const exo::NetworkInterface& i) {
        return i.name == port && contains(i.ip, ".");
      });
      const bool has = at != all.end();
      Check& c = checks_.add("port-address", name(node), has ? Status::good : Status::bad,
                             has ? port + " " + at->ip : port + " has no IPv4 address", "an IPv4 address on the port");
      c.fix = format("Wait for the 169.254 address after boot or cabling, or set one on {} of that node.", port);
      c.prevents = "jaccl-rtr-errno-22";
      c.for_jaccl = true;
    }
  }

  void bridges() {
    for (const std::string& node : state_.nodes) {
      const auto& bridge = facts(node).bridge;
      if (!bridge) continue;
      Check& c = checks_.add("thunderbolt-bridge", name(node), bridge->enabled ? Status::warning : Status::good,
                             bridge->enabled  ? "on: " + bridge->service_name
                             : bridge->exists ? "off, still there"
                                              : "gone",
                             "off");
      c.fix =
          "Switch it off: `networksetup -setnetworkserviceenabled \"Thunderbolt Bridge\" off`, or give each port an "
          "IPv4 address of its own.";
      c.prevents = "preflight-thunderbolt-bridge-enabled";
      c.for_jaccl = true;
    }
    if (state_.thunderbolt_bridge_cycles.empty()) return;
    Check& c = checks_.bad("bridge-loop", "cluster",
                           format("{} loops of bridges", state_.thunderbolt_bridge_cycles.size()), "none");
    c.fix = "Switch the Thunderbolt Bridge off on every node: a loop floods the network.";
    c.prevents = "preflight-thunderbolt-bridge-cycle";
  }

  const exo::State& state_;
  const exo::EdgeIndex edges_;
  const Question& question_;
  Checks checks_;
};

}  // namespace

std::vector<Check> check_state(const exo::State& state, const Question& question) {
  return StateChecks(state, question).run();
}

std::vector<Check> check_matrix(const exo::Instance& instance, const exo::State& state) {
  Checks checks;
  const auto& matrix = instance.jaccl_devices;
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    for (std::size_t j = i + 1; j < matrix.size(); ++j) {
      const exo::Rank *a = instance.rank(static_cast<int>(i)), *b = instance.rank(static_cast<int>(j));
      if (a == nullptr || b == nullptr || j >= matrix[i].size() || i >= matrix[j].size()) continue;
      const bool one_cable = std::any_of(state.edges.begin(), state.edges.end(), [&](const exo::Edge& e) {
        return e.kind == exo::Edge::Kind::rdma && e.source == a->node_id && e.sink == b->node_id &&
               e.source_iface == matrix[i][j] && e.sink_iface == matrix[j][i];
      });
      const std::string seen =
          one_cable ? format("rank {} {} and rank {} {} are one cable", i, matrix[i][j], j, matrix[j][i])
                    : format("jaccl matrix names two different cables for rank {} and rank {}: {} and {}", i, j,
                             matrix[i][j], matrix[j][i]);
      Check& c =
          checks.add("jaccl-matrix", "cluster", one_cable ? Status::good : Status::bad, seen, "both ends of one cable");
      c.fix = "Leave one cable between the two, or rewire so that equal names meet.";
      c.prevents = "placement-jaccl-crossed-cables";
      c.for_jaccl = true;
    }
  }
  return checks.take();
}

}  // namespace exo_harness::doctor

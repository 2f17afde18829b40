// The checks on what the API of a cluster shows: a table, one row a check, in the order of the answer.
#include <set>
#include <utility>

#include "exo_harness/core/few.h"

#include "checks.h"
#include "state_predicates.h"

namespace exo_harness::doctor {
namespace {

/// What a row is asked of, one after the other. `same_node`: of the node of the row before, right after it.
enum class Scope { cluster, node, same_node, rdma_edge, cabled_port };

struct Row {
  const char* id;
  Scope scope;
  Observations (*look)(const StateView&, const Subject&);
  const char *needed, *fix;  ///< Unless the finding says another.
  const char* prevents;
  bool for_jaccl;
};

constexpr Row kRows[] = {
    {"node-count", Scope::cluster, node_count, "", "", "discovery-peer-unreachable", false},
    {"socket-edges", Scope::cluster, socket_edges, "a socket edge for each ordered pair",
     "Use one API port on all nodes; check firewall and Local Network permission: `curl http://PEER:52415/node_id` "
     "both ways.",
     "placement-ring-no-connectivity", false},
    {"memory-known", Scope::node, memory_known, "memory figures that are not 0",
     "Install a macmon that knows this chip, and restart Exo.", "placement-no-memory", false},
    {"memory-fits", Scope::cluster, memory_fits, "", "Close programs, add a node, or take a smaller model.",
     "placement-no-memory", false},
    {"clock", Scope::node, clock, "at most 60 s apart", "Set automatic time on all machines, or wake the node.",
     "discovery-node-timed-out", false},
    {"system", Scope::node, system, "known", "", "", false},
    {"builds-equal", Scope::cluster, builds_equal, "one system build on all nodes",
     "Bring all nodes to the same macOS build; Exo only warns, and places all the same.", "jaccl-rtr-errno-22", true},
    {"metal", Scope::node, metal, "MlxMetal", "Use MlxRing with this node; JACCL needs a Mac.",
     "placement-backend-mismatch", true},
    {"rdma-enabled", Scope::node, rdma_enabled, "enabled",
     "Boot into Recovery, open Terminal, run `rdma_ctl enable`, reboot.", "preflight-rdma-ctl-disabled", true},
    {"thunderbolt-known", Scope::node, thunderbolt_known, "Thunderbolt 5 ports",
     "Read the node's log for `Error gathering Thunderbolt data`; a machine without Thunderbolt 5 takes MlxRing only.",
     "discovery-thunderbolt-gather-failed", true},
    {"thunderbolt-5", Scope::same_node, thunderbolt_5, "ports of 80 Gb/s and more",
     "Use MlxRing with this node: Thunderbolt 4 has no RDMA, whatever rdma_ctl says.", "preflight-thunderbolt-4-host",
     true},
    {"rdma-mesh", Scope::cluster, rdma_mesh, "",
     "Cable each pair directly with Thunderbolt 5, no hub, not the port beside Ethernet of a Mac Studio.",
     "placement-no-rdma-cycle", true},
    {"link-speed", Scope::rdma_edge, link_speed, "80 Gb/s", "Use a Thunderbolt 5 cable between Thunderbolt 5 ports.",
     "preflight-link-40g", true},
    {"rdma-mirrored", Scope::cluster, rdma_mirrored, "each edge seen from both ends",
     "Connect the pair without a hub between; wait 10 s for the next look.", "placement-no-rdma-cycle", true},
    // Without one there is no GID that the queue pairs can use; the 169.254 address may come minutes after the cable.
    {"port-address", Scope::cabled_port, port_address, "an IPv4 address on the port", "", "jaccl-rtr-errno-22", true},
    {"thunderbolt-bridge", Scope::node, thunderbolt_bridge, "off",
     "Switch it off: `networksetup -setnetworkserviceenabled \"Thunderbolt Bridge\" off`, or give each port an IPv4 "
     "address of its own.",
     "preflight-thunderbolt-bridge-enabled", true},
    {"bridge-loop", Scope::cluster, bridge_loop, "none",
     "Switch the Thunderbolt Bridge off on every node: a loop floods the network.",
     "preflight-thunderbolt-bridge-cycle", false},
};

// Ports that have a cable, of nodes whose interfaces are known.
std::vector<Subject> cabled_ports(const StateView& view) {
  std::set<std::pair<std::string, std::string>> ports;
  for (const exo::Edge& e : view.state.edges) {
    if (e.kind == exo::Edge::Kind::rdma && e.source_iface.starts_with("rdma_") &&
        !view.facts(e.source).interfaces.empty())
      ports.emplace(e.source, e.source_iface.substr(5));
  }
  std::vector<Subject> subjects;
  for (const auto& [node, port] : ports) subjects.push_back({node, nullptr, port});
  return subjects;
}

std::vector<Subject> subjects_of(Scope scope, const StateView& view) {
  std::vector<Subject> subjects;
  if (scope == Scope::cluster) subjects.emplace_back();
  if (scope == Scope::node) {
    for (const std::string& node : view.state.nodes) subjects.push_back({node, nullptr, ""});
  }
  if (scope == Scope::rdma_edge) {
    for (const exo::Edge& e : view.state.edges) {
      if (e.kind == exo::Edge::Kind::rdma) subjects.push_back({e.source, &e, ""});
    }
  }
  return scope == Scope::cabled_port ? cabled_ports(view) : subjects;
}

void ask(const Row& row, const StateView& view, const Subject& subject, Checks& checks) {
  const std::string whose = row.scope == Scope::cluster ? "cluster" : view.name(subject.node);
  for (const Observation& found : row.look(view, subject)) {
    Check& check =
        checks.add(row.id, whose, found.status, found.seen, found.needed.empty() ? row.needed : found.needed);
    check.fix = found.fix.empty() ? row.fix : found.fix;
    check.prevents = row.prevents;
    check.for_jaccl = row.for_jaccl;
  }
}

}  // namespace

std::vector<Check> check_state(const exo::State& state, const Question& question) {
  const StateView view(state, question);
  Checks checks;
  for (auto row = std::begin(kRows); row != std::end(kRows);) {
    auto next = row + 1;
    while (next != std::end(kRows) && next->scope == Scope::same_node) ++next;
    for (const Subject& subject : subjects_of(row->scope, view)) {
      for (auto each = row; each != next; ++each) ask(*each, view, subject, checks);
    }
    row = next;
  }
  return checks.take();
}

}  // namespace exo_harness::doctor

#include "world/rdma.h"

#include <algorithm>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "world/ids.h"

namespace exo_harness::fake {
namespace {

const std::vector<std::string> kScenarios = {
    "none",        "mesh",         "disabled-on-node", "one-direction",    "tb4",
    "tb4-cable",   "two-cables",   "bridge-on",        "different-builds", "no-ipv4",
    "unknown-ctl", "missing-link", "gather-failed"};

/// One end of a cable: host and receptacle (1…6 = en2…en7).
struct End {
  int host = 0, port = 0;
};
struct Cable {
  End a, b;
};

/// A mesh: host i uses receptacle 2 + (place of j among the others) for the cable to j.
std::vector<Cable> cables(const std::string& scenario, int count) {
  if (scenario == "two-cables") return {{{0, 2}, {1, 3}}, {{0, 3}, {1, 2}}};
  std::vector<Cable> out;
  const int ports = scenario == "tb4" ? 3 : 6;
  for (int i = 0; i < count; ++i)
    for (int j = i + 1; j < count; ++j) {
      if (scenario == "missing-link" && i == 0 && j == count - 1) continue;
      const int at_i = 1 + (j - 1) % ports, at_j = 1 + (i + 1) % ports;
      out.push_back({{i, at_i}, {j, at_j}});
    }
  return out;
}

std::string domain(int host, int port) {
  return uuid_of(format("fake-domain-{}-{}", host, port));
}
std::string device(int port) {
  return format("rdma_en{}", port + 1);
}

void add_ports(RdmaHost& out, const std::string& scenario, int index, const std::vector<Cable>& all) {
  const bool tb4 = scenario == "tb4";
  const std::string linked = tb4 || scenario == "tb4-cable" ? "40 Gb/s" : "80 Gb/s";
  const std::string idle = tb4 ? "Up to 40 Gb/s" : "Up to 120 Gb/s";
  Json idents = Json::array(), conns = Json::array();
  for (int port = tb4 ? 3 : 6; port >= 1; --port) {
    std::string speed = idle;
    for (const Cable& cable : all) {
      const bool is_a = cable.a.host == index && cable.a.port == port;
      const bool is_b = cable.b.host == index && cable.b.port == port;
      if (!is_a && !is_b) continue;
      const End other = is_a ? cable.b : cable.a;
      speed = linked;
      if (scenario == "one-direction" && index == 0) continue;  // the peer sits behind a hub on this side
      conns.push_back({{"source_uuid", domain(index, port)}, {"sink_uuid", domain(other.host, other.port)}});
      if (!(scenario == "no-ipv4" && index == 0))
        out.addresses.emplace_back(format("en{}", port + 1), format("169.254.{}.{}", 10 + index, 100 + port));
    }
    idents.push_back({{"rdma_interface", device(port)}, {"domain_uuid", domain(index, port)}, {"link_speed", speed}});
  }
  out.identifiers = {{"MacThunderboltIdentifiers", {{"idents", idents}}}};
  out.connections = {{"MacThunderboltConnections", {{"conns", conns}}}};
}

}  // namespace

RdmaHost rdma_host(const std::string& scenario, int index, int count) {
  if (std::find(kScenarios.begin(), kScenarios.end(), scenario) == kScenarios.end())
    throw UsageError("no RDMA scenario is called '" + scenario + "'",
                     "nearest: " + join(nearest_names(scenario, kScenarios), ", "));
  RdmaHost out;
  if (scenario == "none") return out;
  out.is_mac = true;
  out.model = scenario == "tb4" ? "Mac mini" : "Mac Studio";
  out.chip = scenario == "tb4" ? "Apple M4" : "Apple M3 Ultra";
  const bool older = scenario == "different-builds" && index % 2 == 1;
  out.os = older ? "26.4.1" : "26.5.1";
  out.build = older ? "25E253" : "25F80";
  out.backends = {"MlxCpu", "MlxMetal"};
  // Exo's own look at the ports fails for good when a receptacle has no hardware port (rdma contract 3).
  if (scenario != "gather-failed" || index != 1) add_ports(out, scenario, index, cables(scenario, count));
  const bool off = scenario == "disabled-on-node" && index == 1;
  if (!(scenario == "unknown-ctl" && index == 1)) out.rdma_ctl = {{"RdmaCtlStatus", {{"enabled", !off}}}};
  const bool bridge = scenario == "bridge-on";
  Json status = {{"enabled", bridge && index == 0}, {"exists", bridge}, {"service_name", nullptr}};
  if (bridge) status["service_name"] = "Thunderbolt Bridge";
  out.bridge = {{"ThunderboltBridgeInfo", {{"status", status}}}};
  return out;
}

std::string jaccl_failure(const std::string& scenario, int index, std::string& phase) {
  phase = "connect";
  if (scenario == "disabled-on-node") return index == 1 ? "signal=11" : "[jaccl] Couldn't allocate protection domain";
  if (scenario == "unknown-ctl") return "";
  if (scenario == "tb4") return "signal=11";
  if (scenario == "no-ipv4")
    return index == 0 ? "[jaccl] Changing queue pair to RTR failed with errno 22" : "[jaccl] Recv failed with errno=2";
  if (scenario == "two-cables") {
    phase = "collective";
    return "hang";
  }
  return "";
}

}  // namespace exo_harness::fake

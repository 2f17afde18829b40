// What each check of the table in state_checks.cc looks at: one short function a row.
#include "state_predicates.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <iomanip>
#include <optional>
#include <set>
#include <sstream>
#include <tuple>

#include "exo_harness/core/few.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::doctor {
namespace {

using Status = Check::Status;

constexpr double kClockLimit = 60, kHalfAnHour = 1700;  // Seconds.

Status good_if(bool is_good) {
  return is_good ? Status::good : Status::bad;
}

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

bool has_memory(const exo::NodeFacts& facts) {
  return facts.memory && facts.memory->ram_total > 0;
}

bool is_rdma(const exo::Edge& edge) {
  return edge.kind == exo::Edge::Kind::rdma;
}

using Cable = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>;
std::set<Cable> cables_of(const exo::State& state) {
  std::set<Cable> cables;
  for (const exo::Edge& e : state.edges) {
    if (is_rdma(e)) cables.emplace(e.source, e.sink, e.source_iface, e.sink_iface);
  }
  return cables;
}

exo::EdgeIndex::Missing one_sided_cables(const exo::State& state) {
  const std::set<Cable> cables = cables_of(state);
  exo::EdgeIndex::Missing missing;
  for (const exo::Edge& e : state.edges) {
    if (!is_rdma(e) || cables.contains({e.sink, e.source, e.sink_iface, e.source_iface})) continue;
    ++missing.count;
    if (missing.examples.size() < Few::kExamples) missing.examples.emplace_back(e.source, e.sink);
  }
  return missing;
}

}  // namespace

Observations node_count(const StateView& view, const Subject&) {
  const std::size_t seen = view.state.nodes.size();
  if (view.question.nodes <= 0) return {};
  const auto wanted = static_cast<std::size_t>(view.question.nodes);
  const int apart = view.question.apart;
  // Nobody is told to start what answers.
  const bool all_run = seen < wanted && seen + static_cast<std::size_t>(apart) >= wanted;
  return {{good_if(seen == wanted),
           format("{} nodes{}", seen, all_run ? format(", and {} that answers but is not in it", apart) : ""),
           format("{} nodes", wanted),
           seen > wanted ? "Stop the foreign node, or give this cluster a namespace of its own."
           : all_run     ? "Do not start another: each node runs, and they have not met (see one-cluster)."
                         : "Start the missing node; check Local Network permission and firewall."}};
}

Observations socket_edges(const StateView& view, const Subject&) {
  const auto missing = view.missing(exo::Edge::Kind::socket);
  const bool whole = missing.count == 0;
  return {{good_if(whole), whole ? "every node reaches every other one" : "missing: " + view.pairs(missing), "", ""}};
}

Observations memory_known(const StateView& view, const Subject& subject) {
  const exo::NodeFacts& facts = view.facts(subject.node);
  if (!has_memory(facts)) return {{Status::bad, "no memory figures", "", ""}};
  return {{Status::good,
           format("{} of {} free", human_bytes(facts.memory->ram_available), human_bytes(facts.memory->ram_total)), "",
           ""}};
}

Observations memory_fits(const StateView& view, const Subject&) {
  if (view.question.model_bytes == 0) return {};
  std::uint64_t available = 0;
  for (const std::string& node : view.state.nodes) {
    if (has_memory(view.facts(node))) available += view.facts(node).memory->ram_available;
  }
  return {{good_if(available >= view.question.model_bytes), human_bytes(available) + " free in all",
           human_bytes(view.question.model_bytes) + " for the model", ""}};
}

Observations clock(const StateView& view, const Subject& subject) {
  const auto now = seconds_of(view.question.now_utc);
  const auto seen = seconds_of(view.facts(subject.node).last_seen);
  if (!now || !seen) return {};
  const double offset = *now - *seen, apart = std::abs(offset);
  return {{good_if(apart <= kClockLimit),
           format("lastSeen is {:.0f} s {} our clock", apart, offset < 0 ? "ahead of" : "behind"), "",
           apart > kHalfAnHour ? "Set the same time zone and automatic time on all machines." : ""}};
}

Observations system(const StateView& view, const Subject& subject) {
  const auto& identity = view.facts(subject.node).identity;
  if (!identity) return {};
  return {{Status::good,
           format("{} {}, {}, {}", identity->os_version, identity->os_build, identity->chip_id, identity->model_id), "",
           ""}};
}

Observations builds_equal(const StateView& view, const Subject&) {
  std::set<std::string> builds;
  std::vector<std::string> texts;
  for (const std::string& node : view.state.nodes) {
    const auto& identity = view.facts(node).identity;
    if (!identity || identity->os_build.empty() || identity->os_build == "Unknown") continue;
    builds.insert(identity->os_version + " " + identity->os_build);
    texts.push_back(view.name(node) + " " + identity->os_version + " " + identity->os_build);
  }
  if (builds.empty()) return {};
  return {{good_if(builds.size() == 1), join(texts, ", "), "", ""}};
}

Observations metal(const StateView& view, const Subject& subject) {
  const auto& list = view.facts(subject.node).backends;
  if (list.empty()) return {};
  return {{good_if(std::find(list.begin(), list.end(), "MlxMetal") != list.end()), join(list, ", "), "", ""}};
}

Observations rdma_enabled(const StateView& view, const Subject& subject) {
  const auto& enabled = view.facts(subject.node).rdma_enabled;
  if (!enabled) {
    return {{Status::bad, "not reported", "",
             "Run `rdma_ctl status` there; Linux and macOS before 26.2 have none: use MlxRing."}};
  }
  return {{good_if(*enabled), *enabled ? "enabled" : "disabled", "", ""}};
}

Observations thunderbolt_known(const StateView& view, const Subject& subject) {
  if (!view.facts(subject.node).thunderbolt.empty()) return {};
  return {{Status::bad, "no Thunderbolt ports reported", "", ""}};
}

Observations thunderbolt_5(const StateView& view, const Subject& subject) {
  const auto& ports = view.facts(subject.node).thunderbolt;
  if (ports.empty()) return {};
  const bool old = std::any_of(ports.begin(), ports.end(), [](const exo::ThunderboltPort& port) {
    return port.link_speed == "Up to 40 Gb/s" || port.link_speed == "Up to 20 Gb/s";
  });
  return {{good_if(!old), old ? "idle ports offer at most 40 Gb/s" : format("{} ports", ports.size()), "", ""}};
}

Observations rdma_mesh(const StateView& view, const Subject&) {
  const auto missing = view.missing(exo::Edge::Kind::rdma);
  const std::size_t nodes = view.state.nodes.size();
  return {{good_if(missing.count == 0 && nodes > 1),
           nodes < 2            ? "a single node"
           : missing.count == 0 ? format("{} nodes, all cabled", nodes)
                                : "missing: " + view.pairs(missing),
           format("an RDMA edge for each of {} ordered pairs", nodes * (nodes - std::min<std::size_t>(1, nodes))), ""}};
}

Observations link_speed(const StateView& view, const Subject& subject) {
  const exo::Edge& edge = *subject.edge;
  Observations found;
  for (const exo::ThunderboltPort& port : view.facts(edge.source).thunderbolt) {
    if (port.rdma_interface != edge.source_iface) continue;
    found.push_back({good_if(port.link_speed == "80 Gb/s" || port.link_speed == "120 Gb/s"),
                     format("{} to {}: {}", edge.source_iface, view.name(edge.sink), port.link_speed), "", ""});
  }
  return found;
}

Observations rdma_mirrored(const StateView& view, const Subject&) {
  if (std::none_of(view.state.edges.begin(), view.state.edges.end(), is_rdma)) return {};
  const auto missing = one_sided_cables(view.state);
  const bool mirrored = missing.count == 0;
  return {
      {good_if(mirrored), mirrored ? "both ends name the same cable" : "one-sided: " + view.pairs(missing), "", ""}};
}

Observations port_address(const StateView& view, const Subject& subject) {
  const auto& all = view.facts(subject.node).interfaces;
  const auto at = std::find_if(all.begin(), all.end(), [&](const exo::NetworkInterface& interface) {
    return interface.name == subject.port && contains(interface.ip, ".");
  });
  const bool has = at != all.end();
  return {{good_if(has), has ? subject.port + " " + at->ip : subject.port + " has no IPv4 address", "",
           format("Wait for the 169.254 address after boot or cabling, or set one on {} of that node.", subject.port)}};
}

Observations thunderbolt_bridge(const StateView& view, const Subject& subject) {
  const auto& bridge = view.facts(subject.node).bridge;
  if (!bridge) return {};
  if (bridge->enabled) return {{Status::warning, "on: " + bridge->service_name, "", ""}};
  return {{Status::good, bridge->exists ? "off, still there" : "gone", "", ""}};
}

Observations bridge_loop(const StateView& view, const Subject&) {
  const std::size_t loops = view.state.thunderbolt_bridge_cycles.size();
  if (loops == 0) return {};
  return {{Status::bad, format("{} loops of bridges", loops), "", ""}};
}

}  // namespace exo_harness::doctor

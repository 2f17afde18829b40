#include "exo_harness/cluster/wholeness.h"

#include <algorithm>
#include <set>

#include "exo_harness/core/few.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/edge_index.h"

namespace exo_harness::cluster {
namespace {

using Missing = std::vector<std::string>;
using exo::Edge;

void add(Missing& missing, const Few& few) {
  for (std::string& sentence : few.list()) missing.push_back(std::move(sentence));
}

std::string names_of(const exo::State& state) {
  Few names;
  for (const std::string& id : state.nodes) names.add(short_id(id));
  return join(names.list(), ", ");
}

void check_count(const exo::State& state, int nodes, Missing& missing) {
  const auto seen = static_cast<int>(state.nodes.size());
  if (seen == 0 || seen < nodes) {
    missing.push_back(format("{} of {} nodes in topology.nodes ({})", seen, std::max(nodes, 1), names_of(state)));
  } else if (has_foreign_node(state, nodes)) {
    missing.push_back(
        format("a foreign node: {} nodes in topology.nodes, {} expected ({})", seen, nodes, names_of(state)));
  }
}

void check_socket_edges(const exo::State& state, const exo::EdgeIndex& edges, Missing& missing) {
  const auto lost = edges.missing(state.nodes, Edge::Kind::socket, Few::kExamples);
  Few few;
  for (const auto& [from, to] : lost.examples) few.add(format("no edge from {} to {}", short_id(from), short_id(to)));
  few.add_others(lost.count - lost.examples.size());
  add(missing, few);
}

void check_rdma_edges(const exo::State& state, const exo::EdgeIndex& edges, Missing& missing) {
  const std::set<std::string_view> nodes(state.nodes.begin(), state.nodes.end());
  Few few;
  for (const auto& [from, to] : edges.one_way(Edge::Kind::rdma)) {
    if (nodes.contains(from) && nodes.contains(to))
      few.add(
          format("no RDMA edge from {} to {}, but one back", short_id(std::string(to)), short_id(std::string(from))));
  }
  add(missing, few);
}

void check_facts(const exo::State& state, Missing& missing) {
  Few few;
  for (const std::string& id : state.nodes) {
    const auto facts = state.facts.find(id);
    if (facts == state.facts.end() || !facts->second.memory) {
      few.add(format("no nodeMemory of {}", short_id(id)));
    } else if (state.generation != exo::Generation::v1_0_71 && facts->second.backends.empty()) {
      few.add(format("no nodeBackends of {}", short_id(id)));
    }
  }
  add(missing, few);
}

}  // namespace

std::string short_id(const std::string& id) {
  return id.size() <= 8 ? id : id.substr(id.size() - 8);
}

bool has_foreign_node(const exo::State& state, int nodes) {
  return nodes > 0 && static_cast<int>(state.nodes.size()) > nodes;
}

std::vector<std::string> what_is_missing(const exo::State& state, int nodes, RdmaEdges rdma) {
  Missing missing;
  const exo::EdgeIndex edges(state.edges);
  check_count(state, nodes, missing);
  check_socket_edges(state, edges, missing);
  if (rdma == RdmaEdges::mutual) check_rdma_edges(state, edges, missing);
  check_facts(state, missing);
  return missing;
}

std::string difference(const View& one, const View& other) {
  const std::set<std::string_view> here(one.nodes.begin(), one.nodes.end());
  const std::set<std::string_view> there(other.nodes.begin(), other.nodes.end());
  if (here != there)
    return format("{} sees {} nodes, {} sees {}, not the same", one.api, here.size(), other.api, there.size());
  if (exo::EdgeIndex(one.edges) == exo::EdgeIndex(other.edges)) return "";
  return format("{} and {} do not see the same edges", one.api, other.api);
}

std::map<std::string, std::vector<std::string>> apis_by_node(const exo::State& state) {
  std::map<std::string, std::vector<std::string>> apis;
  std::set<std::pair<std::string_view, std::string>> known;
  for (const Edge& edge : state.edges) {
    if (edge.kind != Edge::Kind::socket || edge.ip.empty() || edge.port <= 0) continue;
    const bool v6 = edge.ip.find(':') != std::string::npos;
    std::string url = format("http://{}:{}", v6 ? "[" + edge.ip + "]" : edge.ip, edge.port);
    if (known.emplace(edge.sink, url).second) apis[edge.sink].push_back(std::move(url));
  }
  return apis;
}

}  // namespace exo_harness::cluster

#include "exo_harness/cluster/wholeness.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::cluster {
namespace {

using Missing = std::vector<std::string>;

bool has_edge(const exo::State& state, const std::string& from, const std::string& to, exo::Edge::Kind kind) {
  return std::any_of(state.edges.begin(), state.edges.end(),
                     [&](const exo::Edge& e) { return e.source == from && e.sink == to && e.kind == kind; });
}

void check_count(const exo::State& state, int nodes, Missing& missing) {
  const auto seen = static_cast<int>(state.nodes.size());
  std::vector<std::string> names;
  for (const std::string& id : state.nodes) names.push_back(short_id(id));
  if (seen == 0 || seen < nodes) {
    missing.push_back(format("{} of {} nodes in topology.nodes ({})", seen, std::max(nodes, 1), join(names, ", ")));
  } else if (has_foreign_node(state, nodes)) {
    missing.push_back(
        format("a foreign node: {} nodes in topology.nodes, {} expected ({})", seen, nodes, join(names, ", ")));
  }
}

void check_edges(const exo::State& state, RdmaEdges rdma, Missing& missing) {
  for (const std::string& from : state.nodes) {
    for (const std::string& to : state.nodes) {
      if (from == to) continue;
      if (!has_edge(state, from, to, exo::Edge::Kind::socket))
        missing.push_back(format("no edge from {} to {}", short_id(from), short_id(to)));
      if (rdma == RdmaEdges::any) continue;
      const bool there = has_edge(state, from, to, exo::Edge::Kind::rdma);
      if (!there && has_edge(state, to, from, exo::Edge::Kind::rdma))
        missing.push_back(format("no RDMA edge from {} to {}, but one back", short_id(from), short_id(to)));
    }
  }
}

void check_facts(const exo::State& state, Missing& missing) {
  for (const std::string& id : state.nodes) {
    const auto facts = state.facts.find(id);
    if (facts == state.facts.end() || !facts->second.memory) {
      missing.push_back(format("no nodeMemory of {}", short_id(id)));
    } else if (state.generation == exo::Generation::main && facts->second.backends.empty()) {
      missing.push_back(format("no nodeBackends of {}", short_id(id)));
    }
  }
}

std::set<std::tuple<std::string, std::string, exo::Edge::Kind>> edges_of(const exo::State& state) {
  std::set<std::tuple<std::string, std::string, exo::Edge::Kind>> edges;
  for (const exo::Edge& e : state.edges) edges.emplace(e.source, e.sink, e.kind);
  return edges;
}

void check_same_view(const View& first, const View& other, Missing& missing) {
  const std::set<std::string> here(first.state.nodes.begin(), first.state.nodes.end());
  const std::set<std::string> there(other.state.nodes.begin(), other.state.nodes.end());
  if (here != there) {
    missing.push_back(
        format("{} sees {} nodes, {} sees {}, not the same", first.api, here.size(), other.api, there.size()));
  } else if (edges_of(first.state) != edges_of(other.state)) {
    missing.push_back(format("{} and {} do not see the same edges", first.api, other.api));
  }
}

}  // namespace

std::string short_id(const std::string& id) {
  return id.size() <= 8 ? id : id.substr(id.size() - 8);
}

bool has_foreign_node(const exo::State& state, int nodes) {
  return nodes > 0 && static_cast<int>(state.nodes.size()) > nodes;
}

std::vector<std::string> what_is_missing(const std::vector<View>& views, int nodes, RdmaEdges rdma) {
  Missing missing;
  if (views.empty()) return {"no API answered"};
  check_count(views.front().state, nodes, missing);
  check_edges(views.front().state, rdma, missing);
  check_facts(views.front().state, missing);
  for (std::size_t i = 1; i < views.size(); ++i) check_same_view(views.front(), views[i], missing);
  return missing;
}

std::vector<std::string> apis_towards(const exo::State& state, const std::string& node_id) {
  std::vector<std::string> urls;
  for (const exo::Edge& edge : state.edges) {
    if (edge.kind != exo::Edge::Kind::socket || edge.sink != node_id || edge.ip.empty() || edge.port <= 0) continue;
    const bool v6 = edge.ip.find(':') != std::string::npos;
    const std::string url = format("http://{}:{}", v6 ? "[" + edge.ip + "]" : edge.ip, edge.port);
    if (std::find(urls.begin(), urls.end(), url) == urls.end()) urls.push_back(url);
  }
  return urls;
}

}  // namespace exo_harness::cluster

#pragma once

#include <map>
#include <string>
#include <vector>

#include "exo_harness/exo/state.h"

namespace exo_harness::cluster {

/// What one API says the cluster is.
struct View {
  std::string api;  ///< Base URL.
  const std::vector<std::string>& nodes;
  const std::vector<exo::Edge>& edges;
};

/// Which RDMA edges a whole cluster may have.
enum class RdmaEdges {
  mutual,  ///< Both ways or not at all.
  any,     ///< Whatever there is: for those who look at each edge themselves.
};

/// What keeps the cluster from being whole, as its state shows it, a sentence each; empty: it is whole.
///
/// Whole: `nodes` entries in `topology.nodes` (0: any number but none), a socket edge for each ordered pair, RDMA edges
/// both ways or not at all, and memory of each node (on main also its backends). Of what is missing often the first few
/// are named, and how many more there are. Identities do not count: a node that left stays there. Source: contract 3.
std::vector<std::string> what_is_missing(const exo::State& state, int nodes, RdmaEdges rdma = RdmaEdges::mutual);

/// Whether two APIs show the same nodes and edges: empty, or a sentence about what is not the same.
std::string difference(const View& one, const View& other);

/// Whether more nodes are in `topology.nodes` than were asked for. `nodes` 0: any number is right.
bool has_foreign_node(const exo::State& state, int nodes);

/// By node id: the base URLs at which edges of `state` reach that node, without repeats.
std::map<std::string, std::vector<std::string>> apis_by_node(const exo::State& state);

/// The last eight characters of an id, as messages and tables name a node or an instance.
std::string short_id(const std::string& id);

}  // namespace exo_harness::cluster

#pragma once

#include <string>
#include <vector>

#include "exo_harness/exo/state.h"

namespace exo_harness::cluster {

/// What one API says the cluster is.
struct View {
  std::string api;  ///< Base URL.
  exo::State state;
};

/// Which RDMA edges a whole cluster may have.
enum class RdmaEdges {
  mutual,  ///< Both ways or not at all.
  any,     ///< Whatever there is: for those who look at each edge themselves.
};

/// What keeps the cluster from being whole, a sentence each; empty: it is whole.
///
/// Whole: `nodes` entries in `topology.nodes` (0: any number but none), a socket edge for each ordered pair, RDMA edges
/// both ways or not at all, memory of each node (on main also its backends), and the same nodes and edges in each view.
/// Identities do not count: a node that left stays there. Source: contract 3.
std::vector<std::string> what_is_missing(const std::vector<View>& views, int nodes, RdmaEdges rdma = RdmaEdges::mutual);

/// Whether more nodes are in `topology.nodes` than were asked for. `nodes` 0: any number is right.
bool has_foreign_node(const exo::State& state, int nodes);

/// Base URLs at which some edge of `state` reaches that node, without repeats.
std::vector<std::string> apis_towards(const exo::State& state, const std::string& node_id);

/// The last eight characters of an id, as messages and tables name a node or an instance.
std::string short_id(const std::string& id);

}  // namespace exo_harness::cluster

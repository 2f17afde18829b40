#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/exo/state.h"

namespace exo_harness::exo {

/// Who is in the cluster, and who reaches whom: the part of `/state` that grows with the square of the nodes.
struct Topology {
  std::vector<std::string> nodes;
  std::vector<Edge> edges;           ///< By source and sink.
  std::vector<std::string> unknown;  ///< As State::unknown.
};

/// What one node shows.
struct TopologyView {
  std::shared_ptr<const Topology> topology;
  Generation generation = Generation::unknown;
};

}  // namespace exo_harness::exo

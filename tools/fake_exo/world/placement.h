#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "world/cards.h"
#include "world/state.h"

namespace exo_harness::fake {

/// What `POST /place_instance` asks for.
struct PlacementRequest {
  const Model* model = nullptr;
  std::string sharding = "Pipeline";      ///< `Pipeline`, `Tensor`.
  std::string instance_meta = "MlxRing";  ///< `MlxRing`, `MlxJaccl`.
  int min_nodes = 1;
  std::set<std::string> required_nodes;
  bool wrong_mode = false;  ///< Fault: Pipeline over the ring whatever was asked.
};

/// What came of it: an instance as in `/state` (tagged), or Exo's error text.
struct Placement {
  Json instance;
  std::string error;
};

/// Exo's rules (contract 4, rdma contract 4).
Placement place(const PlacementRequest& request, const State& state);

/// The list of `/instance/previews`.
Json previews(const Model& model, const State& state, const std::set<std::string>& required_nodes);

/// Candidate groups of `state` in Exo's rank order, smallest first, of at least `min_nodes` nodes.
std::vector<std::vector<std::string>> cycles(const State& state, std::size_t min_nodes);

}  // namespace exo_harness::fake

#pragma once

#include <memory>
#include <string_view>

#include "exo_harness/exo/state.h"
#include "exo_harness/exo/topology.h"

namespace exo_harness::exo {

/// What one look at a cluster leaves to the next. Nodes of one cluster answer with the same bytes, and so does one node
/// as long as nothing changes: then its topology, its downloads and each task that it keeps (Exo keeps them all, with
/// their prompts) are not read again, and who compares two topologies compares two pointers. Of a part whose text is
/// beyond 8 MiB nothing is kept. Threads: any number may share one.
class StateMemory {
 public:
  StateMemory();
  ~StateMemory();
  StateMemory(const StateMemory&) = delete;
  StateMemory& operator=(const StateMemory&) = delete;

  struct Kept;  ///< For the readers of `/state` alone.
  Kept& kept() { return *kept_; }

 private:
  std::unique_ptr<Kept> kept_;
};

/// As parse_state of state.h, of which it says the same for the same text; what `memory` knows is not read again.
Outcome<State> parse_state(std::string_view json, StateMemory& memory);

/// Nodes and edges of a body of `GET /state`, and of the rest only the generation. Fails: as parse_state.
Outcome<TopologyView> parse_topology(std::string_view json, StateMemory& memory);

}  // namespace exo_harness::exo

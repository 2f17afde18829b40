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

/// The topology that was read last, with its text. Nodes of one cluster answer with the same bytes, and so does one
/// node as long as nothing changes: then nothing is read again, and who compares two of them compares two pointers.
/// Threads: any number may share one.
class TopologyMemory {
 public:
  TopologyMemory();
  ~TopologyMemory();
  TopologyMemory(const TopologyMemory&) = delete;
  TopologyMemory& operator=(const TopologyMemory&) = delete;

  /// What was kept for that text; null: another text.
  std::shared_ptr<const Topology> find(std::string_view text) const;
  /// Takes the place of what was kept. Of a text beyond 8 MiB nothing is kept.
  void keep(std::string_view text, std::shared_ptr<const Topology> topology);

 private:
  struct Kept;
  std::unique_ptr<Kept> kept_;
};

/// As parse_state of state.h; a topology that `memory` knows is not read again.
Outcome<State> parse_state(std::string_view json, TopologyMemory& memory);
/// Nodes and edges of a body of `GET /state`, and of the rest only the generation. Fails: as parse_state.
Outcome<TopologyView> parse_topology(std::string_view json, TopologyMemory& memory);

}  // namespace exo_harness::exo

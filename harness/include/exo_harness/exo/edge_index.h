#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exo_harness/exo/state.h"

namespace exo_harness::exo {

/// Which node reaches which, for asking about many pairs: a walk over all edges for each pair would be the fourth power
/// of the nodes. Refers to the edges that it was made of. Threads: any, once made.
class EdgeIndex {
 public:
  explicit EdgeIndex(const std::vector<Edge>& edges);

  bool has(std::string_view source, std::string_view sink, Edge::Kind kind) const;

  /// Ordered pairs of different nodes that have no edge of that kind.
  struct Missing {
    std::size_t count = 0;
    std::vector<std::pair<std::string, std::string>> examples;  ///< The first of them, in the order of the nodes.
  };
  /// Costs as much as there are nodes and edges, not pairs.
  Missing missing(const std::vector<std::string>& nodes, Edge::Kind kind, std::size_t most_examples) const;
  /// The pairs that have an edge of that kind in one direction only, that one first.
  std::vector<std::pair<std::string_view, std::string_view>> one_way(Edge::Kind kind) const;

  /// Whether both have edges of the same kinds between the same nodes.
  friend bool operator==(const EdgeIndex&, const EdgeIndex&) = default;

 private:
  struct Entry {
    Edge::Kind kind;
    std::string_view source, sink;
    friend auto operator<=>(const Entry&, const Entry&) = default;
  };
  std::vector<Entry> entries_;  // Sorted, each once.
};

}  // namespace exo_harness::exo

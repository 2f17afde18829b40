#pragma once

#include <string>

#include "exo_harness/doctor/doctor.h"
#include "exo_harness/exo/edge_index.h"

namespace exo_harness::doctor {

/// A cluster's state, as the checks on it ask for it. Keeps references to what it was made of.
class StateView {
 public:
  StateView(const exo::State& state, const Question& question)
      : state(state), question(question), edges_(state.edges) {}

  const exo::State& state;
  const Question& question;

  /// Empty facts of a node of which nothing is known.
  const exo::NodeFacts& facts(const std::string& node) const;
  /// `studio-1 (12D3KooWabcd)`, or the begin of the id.
  std::string name(const std::string& node) const;
  /// The ordered pairs of nodes without an edge of that kind.
  exo::EdgeIndex::Missing missing(exo::Edge::Kind kind) const;
  /// `studio-1 (…) > studio-2 (…), and 31,812 more`.
  std::string pairs(const exo::EdgeIndex::Missing& missing) const;

 private:
  const exo::EdgeIndex edges_;
};

}  // namespace exo_harness::doctor

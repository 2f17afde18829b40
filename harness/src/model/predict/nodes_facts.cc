#include <algorithm>
#include <functional>

#include "exo_harness/exo/edge_index.h"
#include "exo_harness/model/predict/prediction.h"

namespace exo_harness::model {
namespace {

const exo::NodeFacts* facts_of(const exo::State& state, const std::string& node) {
  const auto found = state.facts.find(node);
  return found == state.facts.end() ? nullptr : &found->second;
}

bool all_joined_by_rdma(const exo::State& state) {
  const exo::EdgeIndex edges(state.edges);
  return state.nodes.size() > 1 && edges.missing(state.nodes, exo::Edge::Kind::rdma, 0).count == 0;
}

/// Nothing unless each node tells its backends, which v1.0.71 does not.
std::optional<bool> all_have_metal(const exo::State& state) {
  bool all = true;
  for (const std::string& node : state.nodes) {
    const exo::NodeFacts* facts = facts_of(state, node);
    if (facts == nullptr || facts->backends.empty()) return {};
    all = all && std::count(facts->backends.begin(), facts->backends.end(), "MlxMetal") > 0;
  }
  return all;
}

}  // namespace

NodesFacts nodes_facts(const exo::State& state) {
  NodesFacts result;
  for (const std::string& node : state.nodes) {
    const exo::NodeFacts* facts = facts_of(state, node);
    if (facts != nullptr && facts->memory) result.free_bytes.push_back(facts->memory->ram_available);
  }
  if (result.free_bytes.size() != state.nodes.size()) result.free_bytes.clear();
  std::sort(result.free_bytes.begin(), result.free_bytes.end(), std::greater<>());
  result.rdma_cycle = all_joined_by_rdma(state);
  result.metal = all_have_metal(state);
  return result;
}

}  // namespace exo_harness::model

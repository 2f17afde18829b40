#include "exo_harness/exo/state.h"

#include <algorithm>
#include <ostream>

namespace exo_harness::exo {

bool State::has_node(std::string_view id) const {
  return std::find(nodes.begin(), nodes.end(), id) != nodes.end();
}

bool State::has_nodes_of(const Instance& instance) const {
  return std::all_of(instance.ranks.begin(), instance.ranks.end(),
                     [&](const Rank& rank) { return has_node(rank.node_id); });
}

bool State::has_model(std::string_view node, std::string_view model_id) const {
  return std::any_of(downloads.begin(), downloads.end(), [&](const Download& download) {
    return download.node_id == node && download.model_id == model_id && download.status == Download::Status::completed;
  });
}

int State::nodes_with(std::string_view model_id) const {
  return static_cast<int>(
      std::count_if(nodes.begin(), nodes.end(), [&](const std::string& node) { return has_model(node, model_id); }));
}

std::vector<Edge> State::edges_between(std::string_view source, std::string_view sink) const {
  std::vector<Edge> found;
  std::copy_if(edges.begin(), edges.end(), std::back_inserter(found),
               [&](const Edge& e) { return e.source == source && e.sink == sink; });
  return found;
}

RunnerPhase State::phase_of(std::string_view runner_id) const {
  const auto it = runners.find(std::string(runner_id));
  return it == runners.end() ? RunnerPhase::absent : it->second.phase;
}

bool State::is_ready(const Instance& instance) const {
  return !instance.ranks.empty() && std::all_of(instance.ranks.begin(), instance.ranks.end(), [&](const Rank& rank) {
    const RunnerPhase phase = phase_of(rank.runner_id);
    return phase == RunnerPhase::ready || phase == RunnerPhase::running;
  });
}

void PrintTo(const State& state, std::ostream* os) {
  *os << state.nodes.size() << " nodes, " << state.edges.size() << " edges, " << state.downloads.size()
      << " downloads, " << state.tasks.size() << " tasks";
  for (const auto& [id, instance] : state.instances) {
    *os << "\ninstance " << id << " " << instance.tag << " of " << instance.model_id;
    for (const Rank& rank : instance.ranks) {
      *os << "\n  rank " << rank.shard.rank << " " << to_string(state.phase_of(rank.runner_id)) << " on "
          << rank.node_id;
    }
  }
}

}  // namespace exo_harness::exo

#include "exo_harness/exo/state.h"

#include <algorithm>
#include <ostream>

#include "readers.h"

namespace exo_harness::exo {

namespace {

void note_unknown_members(const Node& root, Unknown& unknown) {
  note_unknown(root,
               {"instances",
                "runners",
                "downloads",
                "tasks",
                "lastSeen",
                "topology",
                "lastEventAppliedIdx",
                "nodeIdentities",
                "nodeMemory",
                "nodeDisk",
                "nodeSystem",
                "nodeNetwork",
                "nodeThunderbolt",
                "nodeThunderboltBridge",
                "nodeRdmaCtl",
                "nodeBackends",
                "thunderboltBridgeCycles",
                "instanceLinks",
                "prefillServerPorts",
                "customModelCards"},
               unknown);
}

void read_work(const Node& root, State& state) {
  for (const auto& [id, value] : root.at("instances").entries()) {
    state.instances[id] = read_instance(value, id, state.unknown);
  }
  for (const auto& [id, value] : root.at("runners").entries())
    state.runners[id] = read_runner(value, id, state.unknown);
  if (const auto downloads = root.find("downloads")) {
    for (const auto& [node_id, list] : downloads->entries()) {
      for (const Node& item : list.items()) state.downloads.push_back(read_download(item, node_id, state.unknown));
    }
  }
  if (const auto tasks = root.find("tasks")) {
    for (const auto& [id, value] : tasks->entries()) state.tasks.push_back(read_task(value, id, state.unknown));
  }
}

State read_state(const Node& root) {
  State state;
  note_unknown_members(root, state.unknown);
  const Node topology = root.at("topology");
  note_unknown(topology, {"nodes", "connections"}, state.unknown);
  state.nodes = topology.at("nodes").texts();
  state.edges = read_edges(topology.at("connections"), state.unknown);
  read_work(root, state);
  read_node_facts(root, state);
  if (const auto cycles = root.find("thunderboltBridgeCycles")) {
    for (const Node& cycle : cycles->items()) state.thunderbolt_bridge_cycles.push_back(cycle.texts());
  }
  if (const auto index = root.find("lastEventAppliedIdx")) {
    state.last_event_index = index->integer(-1, std::numeric_limits<std::int64_t>::max());
  }
  state.generation = root.find("nodeBackends") ? Generation::main : Generation::v1_0_71;
  return state;
}

}  // namespace

bool State::has_node(std::string_view id) const {
  return std::find(nodes.begin(), nodes.end(), id) != nodes.end();
}

bool State::has_nodes_of(const Instance& instance) const {
  return std::all_of(instance.ranks.begin(), instance.ranks.end(),
                     [&](const Rank& rank) { return has_node(rank.node_id); });
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

Outcome<State> parse_state(std::string_view json) {
  return read_json(json, "the state", read_state);
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

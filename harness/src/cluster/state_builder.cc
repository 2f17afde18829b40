#include "state_builder.h"

namespace exo_harness::cluster {

exo::Edge socket_edge(const std::string& from, const std::string& to) {
  exo::Edge edge;
  edge.kind = exo::Edge::Kind::socket;
  edge.source = from;
  edge.sink = to;
  return edge;
}

exo::Edge rdma_edge(const std::string& from, const std::string& to, const std::string& iface,
                    const std::string& there) {
  exo::Edge edge;
  edge.kind = exo::Edge::Kind::rdma;
  edge.source = from;
  edge.sink = to;
  edge.source_iface = iface;
  edge.sink_iface = there;
  return edge;
}

exo::State whole_state(const std::vector<std::string>& nodes) {
  exo::State state;
  state.nodes = nodes;
  state.generation = exo::Generation::v1_0_71;
  for (const std::string& from : nodes) {
    state.facts[from].id = from;
    state.facts[from].memory = exo::Memory{100, 50, 0, 0};
    state.facts[from].backends = {"MlxCpu"};
    for (const std::string& to : nodes) {
      if (from != to) state.edges.push_back(socket_edge(from, to));
    }
  }
  return state;
}

exo::Instance tensor_instance(const std::string& id, const std::string& model, const std::vector<std::string>& nodes) {
  exo::Instance instance;
  instance.id = id;
  instance.tag = "MlxRingInstance";
  instance.model_id = model;
  const int size = static_cast<int>(nodes.size());
  for (int i = 0; i < size; ++i) {
    const auto at = static_cast<std::size_t>(i);
    instance.ranks.push_back({"r" + std::to_string(i), nodes[at], {"TensorShardMetadata", model, i, size, 0, 4, 4}});
    for (int peer = 0; peer < size; ++peer)
      instance.hosts_by_node[nodes[at]].push_back(peer == i ? "0.0.0.0:5" : "10.0.0.2:5");
  }
  return instance;
}

void set_runner(exo::State& state, const std::string& id, exo::RunnerPhase phase, const std::string& error) {
  exo::Runner& runner = state.runners[id];
  runner.id = id;
  runner.phase = phase;
  runner.tag = exo::to_string(phase);
  runner.error_message = error;
}

}  // namespace exo_harness::cluster

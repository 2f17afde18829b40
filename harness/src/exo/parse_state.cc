#include <utility>

#include "exo_harness/exo/state_memory.h"
#include "exo_harness/exo/topology.h"

#include "kept_state.h"
#include "parse.h"
#include "state_reader.h"

namespace exo_harness::exo {

namespace {

constexpr std::string_view kSubject = "the state";

std::shared_ptr<const Topology> topology_of(const StateReader& reader, StateMemory& memory) {
  const std::string_view text = reader.topology_text();
  if (auto known = memory.kept().topology_of(text)) return known;
  auto topology = std::make_shared<const Topology>(reader.topology());
  memory.kept().keep(text, topology);
  return topology;
}

}  // namespace

Outcome<State> parse_state(std::string_view json) {
  StateMemory none;
  return parse_state(json, none);
}

Outcome<State> parse_state(std::string_view json, StateMemory& memory) {
  try {
    StateReader reader(json);
    KeptParts parts = memory.kept().take();
    State state = reader.read(Topology(*topology_of(reader, memory)), parts);
    memory.kept().give(std::move(parts));
    return state;
  } catch (const ShapeError& error) {
    return shape_failure(error, kSubject);
  }
}

Outcome<TopologyView> parse_topology(std::string_view json, StateMemory& memory) {
  try {
    const StateReader reader(json);
    auto topology = topology_of(reader, memory);
    const Generation generation = reader.generation(topology->nodes);
    return TopologyView{std::move(topology), generation};
  } catch (const ShapeError& error) {
    return shape_failure(error, kSubject);
  }
}

}  // namespace exo_harness::exo

#include <mutex>

#include "exo_harness/exo/topology.h"

#include "parse.h"
#include "state_reader.h"

namespace exo_harness::exo {

namespace {

constexpr std::size_t kMostKeptText = 8u << 20;
constexpr std::string_view kSubject = "the state";

std::shared_ptr<const Topology> topology_of(const StateReader& reader, TopologyMemory& memory) {
  const std::string_view text = reader.topology_text();
  if (auto known = memory.find(text)) return known;
  auto topology = std::make_shared<const Topology>(reader.topology());
  memory.keep(text, topology);
  return topology;
}

}  // namespace

struct TopologyMemory::Kept {
  mutable std::mutex mutex;
  std::string text;
  std::shared_ptr<const Topology> topology;
};

TopologyMemory::TopologyMemory() : kept_(std::make_unique<Kept>()) {}
TopologyMemory::~TopologyMemory() = default;

std::shared_ptr<const Topology> TopologyMemory::find(std::string_view text) const {
  const std::lock_guard lock(kept_->mutex);
  return text == kept_->text ? kept_->topology : nullptr;
}

void TopologyMemory::keep(std::string_view text, std::shared_ptr<const Topology> topology) {
  if (text.size() > kMostKeptText) return;
  const std::lock_guard lock(kept_->mutex);
  kept_->text = text;
  kept_->topology = std::move(topology);
}

Outcome<State> parse_state(std::string_view json) {
  try {
    StateReader reader(json);
    Topology topology = reader.topology();
    return reader.read(std::move(topology));
  } catch (const ShapeError& error) {
    return shape_failure(error, kSubject);
  }
}

Outcome<State> parse_state(std::string_view json, TopologyMemory& memory) {
  try {
    StateReader reader(json);
    return reader.read(Topology(*topology_of(reader, memory)));
  } catch (const ShapeError& error) {
    return shape_failure(error, kSubject);
  }
}

Outcome<TopologyView> parse_topology(std::string_view json, TopologyMemory& memory) {
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

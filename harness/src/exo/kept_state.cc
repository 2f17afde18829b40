#include "kept_state.h"

#include <utility>

namespace exo_harness::exo {

StateMemory::StateMemory() : kept_(std::make_unique<Kept>()) {}
StateMemory::~StateMemory() = default;

std::shared_ptr<const Topology> StateMemory::Kept::topology_of(std::string_view text) const {
  const std::lock_guard lock(mutex_);
  return text == topology_text_ ? topology_ : nullptr;
}

void StateMemory::Kept::keep(std::string_view text, std::shared_ptr<const Topology> topology) {
  if (text.size() > kMostText) return;
  const std::lock_guard lock(mutex_);
  topology_text_ = text;
  topology_ = std::move(topology);
}

KeptParts StateMemory::Kept::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(parts_, {});
}

void StateMemory::Kept::give(KeptParts parts) {
  const std::lock_guard lock(mutex_);
  parts_ = std::move(parts);
}

}  // namespace exo_harness::exo

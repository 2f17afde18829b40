#include "exo_harness/cluster/instance_sightings.h"

#include <algorithm>

namespace exo_harness::cluster {
namespace {

constexpr std::size_t kMostSightings = 1000;

}  // namespace

void InstanceSightings::see(const exo::State& state, Clock::time_point asked, Clock::time_point answered) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, instance] : state.instances) {
    const auto [at, is_new] = seen_.try_emplace(id, Seen{instance, answered, std::nullopt});
    if (!is_new) at->second.last = answered, at->second.gone.reset();
  }
  for (auto& [id, seen] : seen_) {
    // A look that was under way when another one showed the instance says nothing of its end.
    if (state.instances.count(id) == 0 && !seen.gone && asked >= seen.last) seen.gone = answered;
  }
  forget_the_oldest();
}

void InstanceSightings::forget_the_oldest() {
  while (seen_.size() > kMostSightings) {
    seen_.erase(std::min_element(seen_.begin(), seen_.end(),
                                 [](const auto& a, const auto& b) { return a.second.last < b.second.last; }));
  }
}

std::vector<exo::Instance> InstanceSightings::maybe_since(Clock::time_point since) const {
  const std::lock_guard lock(mutex_);
  std::vector<exo::Instance> instances;
  for (const auto& [id, seen] : seen_) {
    if (!seen.gone || *seen.gone >= since) instances.push_back(seen.instance);
  }
  return instances;
}

}  // namespace exo_harness::cluster

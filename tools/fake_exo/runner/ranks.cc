#include "runner/ranks.h"

namespace exo_harness::fake {
namespace {

bool has_loaded(const Json& status) {
  const std::string tag = tag_of(status);
  if (tag == "RunnerLoading") return body_of(status)["layersLoaded"] == body_of(status)["totalLayers"];
  return tag == "RunnerLoaded" || tag == "RunnerWarmingUp" || tag == "RunnerReady";
}

}  // namespace

template <class Holds>
bool Ranks::all_of(Holds holds) const {
  for (const auto& [runner, shard] : InstanceView{instance_}.assignments()["runnerToShard"].items()) {
    const Json* status = state_.runner(runner);
    if (!holds(status)) return false;
  }
  return true;
}

bool Ranks::all_are(const std::set<std::string>& tags) const {
  return all_of([&](const Json* status) { return status && tags.contains(tag_of(*status)); });
}

bool Ranks::any_is(const std::string& tag) const {
  return !all_of([&](const Json* status) { return !status || tag_of(*status) != tag; });
}

bool Ranks::all_have_loaded() const {
  return all_of([](const Json* status) { return status && has_loaded(*status); });
}

}  // namespace exo_harness::fake

#include "parse.h"
#include "readers.h"

namespace exo_harness::exo {
namespace {

// Whether the event says something about instances or runners; `state` then is as after it.
bool apply(const Tagged& event, State& state) {
  Unknown unknown;
  if (event.tag == "InstanceCreated") {
    const Instance instance = read_instance(event.value.at("instance"), "", unknown);
    state.instances[instance.id] = instance;
  } else if (event.tag == "InstanceDeleted") {
    state.instances.erase(event.value.at("instanceId").text());
  } else if (event.tag == "RunnerStatusUpdated") {
    const std::string id = event.value.at("runnerId").text();
    state.runners[id] = read_runner(event.value.at("runnerStatus"), id, unknown);
  } else {
    return false;
  }
  return true;
}

}  // namespace

Outcome<Done> replay_events(std::string_view body, std::int64_t after, const std::function<void(const State&)>& seen) {
  return read_json(body, "the events", [&](const Node& root) {
    State state;
    std::int64_t number = 0;
    for (const Node& item : root.items()) {
      if (apply(tagged(item), state) && number > after) seen(state);
      ++number;
    }
    return Done{};
  });
}

}  // namespace exo_harness::exo

#include <algorithm>
#include <iterator>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "json_slices.h"
#include "parse.h"
#include "readers.h"

namespace exo_harness::exo {
namespace {

constexpr std::size_t kMostEvents = 1u << 20;

// What `apply` reads. Nearly all events are of tokens and of memory, and a document of each costs most of a replay.
constexpr std::string_view kApplied[] = {"InstanceCreated", "InstanceDeleted", "RunnerStatusUpdated"};

bool may_be_applied(std::string_view item) {
  return std::any_of(std::begin(kApplied), std::end(kApplied), [&](auto tag) { return contains(item, tag); });
}

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

/// One event after another, each a document of its own: the list grows by one event a token. Of one that is not
/// `wanted` no document is made, and `pass` is called.
template <class Wanted, class Take, class Pass>
Outcome<Done> each_event(std::string_view body, Wanted wanted, Take take, Pass pass) {
  try {
    each_item(body, "", [&](std::size_t i, std::string_view item) {
      const std::string pointer = format("/{}", i);
      if (i >= kMostEvents)
        throw ShapeError{pointer, format("more than {} events, which is the limit", kMostEvents), ""};
      if (!wanted(item)) return pass();
      const Json json = parse_part(item, pointer);
      take(tagged(Node(json, pointer)));
    });
    return Done{};
  } catch (const ShapeError& error) {
    return shape_failure(error, "the events");
  }
}

}  // namespace

Outcome<Done> replay_events(std::string_view body, std::int64_t after, const std::function<void(const State&)>& seen) {
  State state;
  std::int64_t number = 0;
  const auto take = [&](const Tagged& event) {
    if (apply(event, state) && number > after) seen(state);
    ++number;
  };
  return each_event(body, may_be_applied, take, [&] { ++number; });
}

Outcome<std::vector<std::string>> parse_event_kinds(std::string_view body) {
  std::vector<std::string> kinds;
  const auto each = [](std::string_view) { return true; };
  const auto read = each_event(
      body, each, [&](const Tagged& event) { kinds.push_back(event.tag); }, [] {});
  if (!read) return read.failure();
  return kinds;
}

}  // namespace exo_harness::exo

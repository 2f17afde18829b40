// The phases of a recovery, each timed, and the look at what is stale afterwards.
#include <algorithm>

#include "exo_harness/cluster/view_watch.h"
#include "exo_harness/core/format.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/result.h"

#include "breakable.h"

namespace exo_harness::suites {
namespace {

using namespace std::chrono_literals;

constexpr milliseconds kLook{100}, kAskLimit{2000}, kAnswerLimit{20000}, kLeast{8000}, kLeastLook{1000};

}  // namespace

milliseconds BreakableTest::within(milliseconds limit) const {
  const double speed = std::min(1.0, gtest::attached_cluster().spec().speed);
  return std::max(kLeast, milliseconds(static_cast<std::int64_t>(static_cast<double>(limit.count()) * speed)));
}

milliseconds BreakableTest::lasting(milliseconds time) const {
  const double speed = std::min(1.0, gtest::attached_cluster().spec().speed);
  return std::max(kLeastLook, milliseconds(static_cast<std::int64_t>(static_cast<double>(time.count()) * speed)));
}

bool BreakableTest::time_until(const std::string& name, milliseconds limit, const std::function<bool()>& holds) {
  const bool came = wait_until(Deadline(broken_at_ + within(limit)), kLook, holds);
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - broken_at_);
  if (came) RecordProperty(name + "_ms", std::to_string(took.count()));
  return came;
}

bool BreakableTest::time_until(const std::string& name, std::size_t witness, milliseconds limit,
                               const std::function<bool(const exo::State&)>& holds) {
  return time_until(name, limit, [&] {
    const auto state = cluster().client(witness).state(Deadline::after(kAskLimit));
    if (!state) return false;
    if (state->instances.count(placed().instance.id) == 0) gone_.insert(placed().instance.id);
    return holds(*state);
  });
}

bool BreakableTest::is_noticed(std::size_t lost) {
  const std::string id = cluster().nodes()[lost].id;
  return time_until("noticed", witness_of(lost), limits_.noticed,
                    [&](const exo::State& state) { return !state.has_node(id); });
}

std::string BreakableTest::not_noticed() const {
  return "the other nodes still show the one that is gone, after " + humanize(within(limits_.noticed));
}

void BreakableTest::expect_instance_deleted(std::size_t witness) {
  EXPECT_TRUE(time_until("instance_gone", witness, limits_.noticed + limits_.instance_gone,
                         [&](const exo::State& state) { return state.instances.count(placed().instance.id) == 0; }))
      << "its instance is not deleted";
}

void BreakableTest::expect_recovery() {
  expect_whole();
  if (!HasFailure()) expect_usable();
  if (!HasFailure()) expect_nothing_stale();
}

void BreakableTest::expect_whole() {
  const auto whole = cluster().wait_until_whole(Deadline::after(within(limits_.whole)));
  EXPECT_THAT(whole, gtest::IsOk());
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - broken_at_);
  if (whole) RecordProperty("whole_ms", std::to_string(took.count()));
  waited_in_vain_ = !whole;
}

// What keeps the instance from answering; nothing: it answers. That it is gone is an answer, too.
std::optional<Failure> BreakableTest::why_unusable() {
  const auto state = cluster().state();
  if (!state) return state.failure();
  const auto instance = state->instances.find(placed().instance.id);
  if (instance == state->instances.end()) {
    gone_.insert(placed().instance.id);
    const auto placed_again = place_and_ask();
    return placed_again ? std::nullopt : std::optional(placed_again.failure());
  }
  if (!state->has_nodes_of(instance->second) || !state->is_ready(instance->second))
    return Failure{FailureKind::timed_out, "the instance is there, and not ready", ""};
  // The state may show `ready` of a runner that is about to be replaced: then the next answer is a good one.
  const auto answer = client().chat(ask("Hello", 4), Deadline::after(kAnswerLimit));
  return answer ? std::nullopt : std::optional(answer.failure());
}

Outcome<Done> BreakableTest::place_and_ask() {
  const auto again = cluster().place(scenario().model.repo, scenario().mode);
  if (!again) return again.failure();
  const auto answer = client().chat(ask("Hello", 4), Deadline::after(kAnswerLimit));
  const auto removed = cluster().remove(again->instance.id);
  if (!answer) return answer.failure();
  return removed;
}

std::optional<Failure> BreakableTest::why_not_usable() {
  const Clock::time_point begun = Clock::now();
  std::optional<Failure> last;
  const bool usable = wait_until(Deadline::after(within(limits_.usable)), kLook, [&] {
    last = why_unusable();
    return !last;
  });
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - begun);
  if (usable) RecordProperty("usable_ms", std::to_string(took.count()));
  if (last) last->what = format("no answer within {}: {}", humanize(within(limits_.usable)), last->what);
  return last;
}

void BreakableTest::expect_usable() {
  const auto why = why_not_usable();
  if (!why) return;
  gtest::note_failure(*why);
  ADD_FAILURE() << "the model does not answer again: " << to_string(*why);
}

void BreakableTest::expect_nothing_stale() {
  std::string zombies;
  wait_until(Deadline::after(within(limits_.instance_gone)), kLook, [&] {
    zombies.clear();
    for (std::size_t i = 0; i < cluster().nodes().size(); ++i) {
      const auto state = cluster().client(i).state(Deadline::after(kAskLimit));
      if (!state) zombies += format("{}: not known: {}\n", cluster().nodes()[i].api, state.failure().what);
      if (!state) continue;
      for (const auto& [id, instance] : state->instances) {
        if (!state->has_nodes_of(instance))
          zombies += format("{}: {} of a node that is gone\n", cluster().nodes()[i].api, id);
        if (gone_.count(id) != 0) zombies += format("{}: {} was deleted, and is back\n", cluster().nodes()[i].api, id);
      }
    }
    return zombies.empty();
  });
  EXPECT_EQ(zombies, "") << "instances that should not be there";
  const auto odd = cluster::look_at_views(cluster().nodes(), Deadline::after(cluster::ViewJudge::kLimit + 3s));
  for (const cluster::OddView& view : odd)
    ADD_FAILURE() << "the view of " << view.api << " is " << view.kind << ": " << view.why;
}

}  // namespace exo_harness::suites

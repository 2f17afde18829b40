#include "exo_harness/cluster/watcher.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "exo_harness/cluster/state_diff.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/exo/state_memory.h"
#include "exo_harness/journal/journal.h"

namespace exo_harness::cluster {
namespace {

constexpr milliseconds kSampleLimit{5000};
constexpr std::size_t kMostFailures = 1000;

exo::Client::Options with_memory() {
  exo::Client::Options options;
  options.memory = std::make_shared<exo::StateMemory>();
  return options;
}

milliseconds ms_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration_cast<milliseconds>(to - from);
}

}  // namespace

milliseconds next_pause(const WatchPace& pace, milliseconds cost, milliseconds since_change, milliseconds last) {
  const auto owed = milliseconds(static_cast<std::int64_t>(static_cast<double>(cost.count()) * (1 / pace.share - 1)));
  const milliseconds least = std::max(pace.fast - cost, owed);
  if (since_change < pace.lively) return std::max(least, milliseconds(1));
  return std::max(least, std::min(pace.slow, std::max(last, pace.fast) * 3 / 2));
}

struct Watcher::Impl {
  Impl(std::string api, journal::Journal& j, WatchPace p)
      : client(std::move(api), with_memory()), journal(j), pace(p), began(Clock::now()), moved(began), thread([this] {
          run();
        }) {}

  void run();
  bool wait_out_the_rest();
  void take();
  void keep(const exo::State& state);
  void note_api(bool answers, const std::string& why);

  exo::Client client;
  journal::Journal& journal;
  const WatchPace pace;
  mutable std::mutex mutex;
  std::condition_variable wake, sampled;
  bool stop = false, hurried = false, sampling = false;
  int resting = 0;
  std::optional<bool> answering;
  Sample last;
  std::int64_t started = 0;  // Number of the sample that begins next.
  std::vector<exo::RunnerFailure> failures;
  InstanceSightings sightings;
  WatchCost spent;
  const Clock::time_point began;
  Clock::time_point moved, last_start{};
  std::thread thread;
};

void Watcher::Impl::run() {
  milliseconds pause = pace.fast;
  for (bool more = true; more;) {
    if (!wait_out_the_rest()) return;
    const auto start = Clock::now();
    take();
    const milliseconds cost = ms_between(start, Clock::now());
    std::unique_lock lock(mutex);
    pause = next_pause(pace, cost, ms_between(moved, Clock::now()), pause);
    // `hurry` ends a slow pause, never the share that the node is owed.
    const auto earliest = Clock::now() + next_pause(pace, cost, milliseconds(0), pause);
    const auto latest = Clock::now() + pause;
    wake.wait_until(lock, earliest, [&] { return stop; });
    wake.wait_until(lock, latest, [&] { return stop || hurried; });
    hurried = false;
    more = !stop;
  }
}

/// Result: whether a sample is to be taken, and not the end.
bool Watcher::Impl::wait_out_the_rest() {
  std::unique_lock lock(mutex);
  wake.wait(lock, [&] { return stop || resting == 0; });
  sampling = !stop;
  return sampling;
}

void Watcher::Impl::take() {
  const auto start = Clock::now();
  {
    const std::lock_guard lock(mutex);
    ++started;
    const bool lively = spent.samples > 0 && ms_between(moved, start) < pace.lively;
    if (lively) spent.longest_gap_when_lively = std::max(spent.longest_gap_when_lively, ms_between(last_start, start));
    last_start = start;
  }
  auto state = client.state(Deadline::after(kSampleLimit));
  const std::lock_guard lock(mutex);
  spent.in_samples += Clock::now() - start;
  ++spent.samples;
  note_api(state.ok(), state.ok() ? "" : to_string(state.failure()));
  if (state) {
    sightings.see(*state, start);
    keep(*state);
  }
  Sample now;
  now.number = last.number + 1;
  if (state) {
    now.state = std::move(state).value();
  } else {
    now.failure = state.failure();
    if (last.state) now.state = std::move(last.state);  // What the next good sample is compared with.
  }
  last = std::move(now);
  sampling = false;
  sampled.notify_all();
}

void Watcher::Impl::note_api(bool answers, const std::string& why) {
  if (answering.value_or(true) != answers) {
    journal::StateChange change;
    change.part = "api";
    change.subject = client.base_url();
    change.from = answers ? "silent" : "answering";
    change.to = answers ? "answering" : "silent";
    change.detail = why;
    journal.append(change);
    moved = Clock::now();
  }
  answering = answers;
}

void Watcher::Impl::keep(const exo::State& state) {
  const exo::State nothing;
  for (const journal::StateChange& change : changes_between(last.state ? *last.state : nothing, state)) {
    journal.append(change);
    if (change.part == "runner" || change.part == "instance") moved = Clock::now();
    if (change.is_runner_failure() && failures.size() < kMostFailures)
      failures.push_back({change.subject, change.node, change.instance, change.rank, Phase::place, change.detail});
  }
}

Watcher::Watcher(std::string api, journal::Journal& journal, WatchPace pace)
    : impl_(std::make_unique<Impl>(std::move(api), journal, pace)) {}

Watcher::~Watcher() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stop = true;
  }
  impl_->wake.notify_all();
  impl_->thread.join();
}

Watcher::Rest::Rest(Watcher& watcher) : watcher_(watcher) {
  std::unique_lock lock(watcher_.impl_->mutex);
  ++watcher_.impl_->resting;
  watcher_.impl_->sampled.wait(lock, [&] { return !watcher_.impl_->sampling; });
}

Watcher::Rest::~Rest() {
  const std::lock_guard lock(watcher_.impl_->mutex);
  --watcher_.impl_->resting;
  watcher_.impl_->wake.notify_all();
}

void Watcher::hurry() {
  const std::lock_guard lock(impl_->mutex);
  impl_->moved = Clock::now();
  impl_->hurried = true;
  impl_->wake.notify_all();
}

std::optional<Sample> Watcher::after(std::int64_t number, Deadline deadline) {
  std::unique_lock lock(impl_->mutex);
  if (!impl_->sampled.wait_until(lock, deadline.at(), [&] { return impl_->last.number > number; })) return std::nullopt;
  return impl_->last;
}

Outcome<exo::State> Watcher::fresh(Deadline deadline) {
  std::int64_t wanted = 0;
  {
    const std::lock_guard lock(impl_->mutex);
    wanted = impl_->started;
  }
  hurry();
  const auto sample = after(wanted - 1, deadline);
  if (!sample) return Failure{FailureKind::timed_out, "no new sample of /state before the deadline", ""};
  if (sample->failure) return *sample->failure;
  return *sample->state;
}

std::int64_t Watcher::look(std::int64_t number, const std::function<void(const exo::State&)>& see) const {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->last.number > number && impl_->last.state) see(*impl_->last.state);
  return impl_->last.number;
}

std::vector<exo::RunnerFailure> Watcher::failed_runners() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->failures;
}

InstanceSightings& Watcher::sightings() {
  return impl_->sightings;
}

WatchCost Watcher::cost() const {
  const std::lock_guard lock(impl_->mutex);
  WatchCost cost = impl_->spent;
  cost.watched = Clock::now() - impl_->began;
  return cost;
}

}  // namespace exo_harness::cluster

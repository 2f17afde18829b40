#include "exo_harness/cluster/placement_follower.h"

#include <algorithm>

#include "exo_harness/cluster/foreign_instance.h"
#include "exo_harness/cluster/wholeness.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::cluster {
namespace {

using exo::RunnerPhase;

const exo::Runner* runner_of(const exo::State& state, const exo::Rank& rank) {
  const auto runner = state.runners.find(rank.runner_id);
  return runner == state.runners.end() ? nullptr : &runner->second;
}

// main says how the process ended first, then what its runner raised (contract 11).
std::string summary_line(const std::string& text) {
  constexpr std::string_view kRaised = "Runner error: ";
  const std::size_t raised = text.find(kRaised);
  return std::string(first_line(raised == std::string::npos ? text : text.substr(raised + kRaised.size())));
}

}  // namespace

PlacementFollower::PlacementFollower(std::string model_id, exo::Mode asked, std::set<std::string> known)
    : model_id_(std::move(model_id)), asked_(asked), known_(std::move(known)) {}

void PlacementFollower::see(const exo::State& state) {
  if (failure_) return;
  find_instance(state);
  if (!instance_ || failure_) return;
  note_failures(state);
  if (!failure_) advance(state);
}

void PlacementFollower::find_instance(const exo::State& state) {
  if (instance_) {
    if (state.instances.count(instance_->id) != 0) return;
    const std::string gone = format("instance {} is gone", short_id(instance_->id));
    if (runner_failures().empty()) return fail(FailureKind::vanished, gone + " without a word from any runner");
    // Exo deletes an instance whose runners died: the death is what happened, the loss only follows.
    return fail(FailureKind::exited,
                format("{} after {} runner failure{}, the last: {}", gone, runner_failures().size(),
                       runner_failures().size() == 1 ? "" : "s", summary_line(runner_failures().back().text)));
  }
  const auto fresh = foreign_instances(state, model_id_, known_);
  if (fresh.empty()) return;
  if (fresh.size() > 1) {
    for (const exo::Instance& instance : fresh) rivals_.push_back(instance.id);
    return fail(FailureKind::unfit, format("{} came at once where one was asked for: another client places this "
                                           "model, or Exo placed it twice; Exo does not say whose is whose",
                                           describe(fresh)));
  }
  instance_ = fresh.front();
  phase_ = Phase::connect;
  prove_mode();
}

void PlacementFollower::prove_mode() {
  const auto mode = exo::proven_mode(*instance_);
  if (!mode) {
    return fail(FailureKind::mismatch,
                format("instance {} contradicts itself: {}", short_id(instance_->id), mode.failure().what));
  }
  proven_ = *mode;
  if (*proven_ != asked_) {
    fail(FailureKind::mismatch,
         format("asked for {}, the instance is {}", exo::to_string(asked_), exo::to_string(*proven_)));
  }
}

void PlacementFollower::note_failures(const exo::State& state) {
  const int rounds = restarts();
  runners_.see(state, *instance_, reached(state));
  if (restarts() == rounds || rounds == 0) return;
  const exo::RunnerFailure& first = runner_failures().front();
  fail(FailureKind::exited, format("rank {} (node {}) failed, and again after its restart: {}", first.rank,
                                   short_id(first.node_id), summary_line(runner_failures().back().text)));
}

// What the instance was doing when a runner failed. No rank begins to load or to warm up before all have ended what
// comes before (contract 5.2), so the foremost tells more than the last sample of the one that failed.
Phase PlacementFollower::reached(const exo::State& state) const {
  Phase foremost = std::min(phase_, Phase::warm_up);
  for (const exo::Rank& rank : instance_->ranks) {
    const exo::Runner* runner = runner_of(state, rank);
    const auto progress = runner == nullptr ? std::nullopt : exo::progress_of(runner->phase);
    foremost = std::max(foremost, progress ? progress->begun : Phase::connect);
  }
  return foremost;
}

void PlacementFollower::advance(const exo::State& state) {
  Phase lowest = kReady;
  rank_lines_.clear();
  for (const exo::Rank& rank : instance_->ranks) {
    const exo::Runner* runner = runner_of(state, rank);
    const RunnerPhase now = runner == nullptr ? RunnerPhase::absent : runner->phase;
    // A rank of which nothing can be said has yet to join its group.
    lowest = std::min(lowest, exo::phase_of(now).value_or(Phase::connect));
    std::string line = format("rank {} (node {}): {}", rank.shard.rank, short_id(rank.node_id), exo::to_string(now));
    if (runner != nullptr && runner->layers_total > 0)
      line += format(", {} of {} layers", runner->layers_loaded, runner->layers_total);
    rank_lines_.push_back(line);
  }
  // A single node joins no group: from idle it goes straight to loading (contract 5.2).
  const bool alone = instance_->ranks.size() == 1;
  phase_ = alone && lowest == Phase::connect ? Phase::load : lowest;
}

std::string PlacementFollower::describe_ranks() const {
  if (!instance_) return "no new instance of " + model_id_ + " in /state";
  std::string text = join(rank_lines_, "\n");
  for (const exo::RunnerFailure& f : runner_failures())
    text += format("\nrank {} failed in {}: {}", f.rank, to_string(f.phase), f.text);
  return text;
}

void PlacementFollower::fail(FailureKind kind, std::string what) {
  if (kind == FailureKind::exited) {  // The runners that were restarted fell back behind it.
    for (const exo::RunnerFailure& f : runner_failures()) phase_ = std::max(phase_, f.phase);
  }
  failure_ = Failure{kind, format("{}: {}", to_string(phase_), what), describe_ranks()};
}

}  // namespace exo_harness::cluster

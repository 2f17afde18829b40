#include "exo_harness/cluster/foreign_instance.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/journal/journal.h"

#include "cluster_impl.h"
#include "phase_record.h"

namespace exo_harness::cluster {
namespace {

milliseconds limit_of(Phase phase, const PhaseLimits& limits) {
  switch (phase) {
    case Phase::connect:
      return limits.connect;
    case Phase::load:
      return limits.load;
    case Phase::warm_up:
      return limits.warm_up;
    default:
      return limits.place;
  }
}

constexpr milliseconds kEventsOfFailure{3000};

Failure in_phase(Phase phase, const Failure& failure) {
  return {failure.kind, format("{}: {}", to_string(phase), failure.what), failure.evidence};
}

std::set<std::string> instance_ids(const exo::State& state) {
  std::set<std::string> ids;
  for (const auto& [id, instance] : state.instances) ids.insert(id);
  return ids;
}

/// One placement, from the request to ready.
class Placing {
 public:
  Placing(Cluster::Impl& cluster, const std::string& model_id, const exo::Mode& mode)
      : cluster_(cluster),
        request_{model_id, mode.sharding, mode.comm, mode.world_size},
        mode_(mode),
        phases_(cluster.journal, cluster.progress, model_id, short_name(mode)) {}

  Outcome<PlacedInstance> run() {
    deadline_ = phases_.begin(Phase::place, cluster_.spec.limits.place);
    const auto failure = ask();
    auto outcome = failure ? Outcome<PlacedInstance>(*failure) : follow();
    if (!outcome && follower_) {
      follower_->runner_failures().empty() ? look_back(outcome) : correct_the_phase(outcome);
    }
    if (!outcome && outcome.failure().kind == FailureKind::timed_out) look_into_the_hang(outcome);
    report(outcome);
    if (outcome) return outcome;
    phases_.end_badly(outcome.failure());
    if (follower_ && !follower_->rivals().empty()) settle_rivals();
    if (follower_ && follower_->instance()) static_cast<void>(cluster_.remove(follower_->instance()->id));
    return outcome;
  }

 private:
  // The dry run first: the POST never says why it refuses (contract 4).
  std::optional<Failure> ask() {
    cluster_.models.insert(request_.model_id);
    exo::Client& client = cluster_.peers.first();
    const auto preview = client.preview_placement(request_, deadline_);
    Watcher& watcher = cluster_.watch();
    const auto before = watcher.fresh(deadline_.within(kStateLimit));
    // First what was there: it may be why Exo refuses, too.
    if (before) {
      if (const auto occupied = why_occupied(*before)) return in_phase(Phase::place, *occupied);
    }
    if (!preview) return in_phase(Phase::place, preview.failure());
    if (!before) return in_phase(Phase::place, before.failure());
    known_ = instance_ids(*before);
    last_event_ = before->last_event_index;
    if (cluster_.first_event < 0) cluster_.first_event = last_event_;
    follower_.emplace(request_.model_id, mode_, known_);
    watcher.hurry();
    const auto reply = client.place(request_, deadline_);
    if (!reply) return in_phase(Phase::place, reply.failure());
    return std::nullopt;
  }

  // Another instance of the model would answer, or might: then nothing is said of this one.
  std::optional<Failure> why_occupied(const exo::State& before) const {
    const auto foreign = foreign_instances(before, request_.model_id, cluster_.ours);
    if (!foreign.empty()) return why_not_beside(foreign);
    const auto left = foreign_instances(before, request_.model_id, {});
    if (left.empty()) return std::nullopt;
    return Failure{FailureKind::mismatch, describe(left) + " was deleted before and is there again", ""};
  }

  void take_ours() {
    if (!follower_->instance() || !cluster_.ours.insert(follower_->instance()->id).second) return;
    if (cluster_.options.on_placed) cluster_.options.on_placed(follower_->instance()->id);
  }

  // What the master never created is not ours. Where it created several it is unknown which one, and nothing is
  // deleted.
  void settle_rivals() {
    std::set<std::string> created;
    const auto see = [&](const exo::State& state) {
      for (const std::string& rival : follower_->rivals()) {
        if (state.instances.count(rival) != 0) created.insert(rival);
      }
    };
    const auto replayed = cluster_.peers.first().replay_events(last_event_, see, Deadline::after(kStateLimit));
    if (!replayed || created.size() != 1) return;
    cluster_.ours.insert(*created.begin());
    static_cast<void>(cluster_.remove(*created.begin()));
  }

  Outcome<PlacedInstance> follow() {
    std::optional<Failure> silent;
    for (std::int64_t number = -1;;) {
      const auto sample = cluster_.watch().after(number, deadline_);
      if (sample) number = sample->number;
      silent = sample ? sample->failure : silent;
      if (sample && !sample->failure) {
        follower_->see(*sample->state);
        take_ours();
        const auto& failure = follower_->failure();
        if (!failure || failure->kind == FailureKind::exited) enter(follower_->phase());
        if (failure) return *failure;
        if (phase_ == kReady) return placed();
      }
      if (deadline_.expired()) return hang(silent);
      cluster_.progress.now(format("{} {}: {}", request_.model_id, short_name(mode_), to_string(phase_)));
    }
  }

  // What came and went between two looks at /state is still among the events of the master, as is all that came and
  // went before this placement.
  void look_back(Outcome<PlacedInstance>& outcome) {
    auto past = failed_by_events(kStateLimit);
    if (!past || past->runner_failures().empty()) return;
    for (const exo::RunnerFailure& failed : past->runner_failures()) cluster_.journal_failure(failed);
    if (past->phase() != kReady) enter(past->phase());
    believe(std::move(*past), outcome);
    take_ours();
  }

  // A phase may be shorter than a look at the state, and then the one before it gets the blame: the events know.
  void correct_the_phase(Outcome<PlacedInstance>& outcome) {
    if (outcome.failure().kind != FailureKind::exited || phase_ == Phase::warm_up) return;
    auto past = failed_by_events(kEventsOfFailure);
    if (!past || past->phase() <= phase_ || past->phase() >= kReady) return;
    enter(past->phase());
    believe(std::move(*past), outcome);
  }

  // The placement as the events tell it; nothing when they do not tell that it failed.
  std::optional<PlacementFollower> failed_by_events(milliseconds limit) {
    PlacementFollower past(request_.model_id, mode_, known_);
    const auto see = [&](const exo::State& state) { past.see(state); };
    const auto replayed = cluster_.peers.first().replay_events(last_event_, see, Deadline::after(limit));
    if (!replayed || !past.failure()) return std::nullopt;
    return past;
  }

  void believe(PlacementFollower past, Outcome<PlacedInstance>& outcome) {
    outcome = *past.failure();
    follower_ = std::move(past);
  }

  // A node that answers nothing explains why its rank does not go on.
  void look_into_the_hang(Outcome<PlacedInstance>& outcome) {
    const std::vector<SilentNode> silent = cluster_.silent_nodes(kSilence);
    if (follower_ && follower_->instance() && cluster_.on_hang) cluster_.on_hang();
    if (silent.empty()) return;
    Failure failure = outcome.failure();
    failure.kind = FailureKind::vanished;
    failure.what +=
        format("; node {} at {} is silent: {}", short_id(silent.front().id), silent.front().api, silent.front().why);
    outcome = failure;
  }

  // Phases only go forward: a restart of the runners has to fit into the limit of the phase that it interrupted.
  void enter(Phase now) {
    while (phase_ < now) {
      phases_.end_well();
      phase_ = static_cast<Phase>(static_cast<int>(phase_) + 1);
      if (phase_ != kReady) deadline_ = phases_.begin(phase_, limit_of(phase_, cluster_.spec.limits));
    }
  }

  PlacedInstance placed() const {
    return {*follower_->instance(), *follower_->proven(), phases_.ended(), follower_->restarts()};
  }

  Failure hang(const std::optional<Failure>& silent) const {
    const milliseconds limit = limit_of(phase_, cluster_.spec.limits);
    if (silent) return in_phase(phase_, *silent);
    std::string what = format("{}: not done after {}; {}", to_string(phase_), humanize(limit),
                              join_lines(follower_->describe_ranks()));
    // Exo may still be restarting what died; then the death is what the time went to.
    const bool died = !follower_->runner_failures().empty();
    return {died ? FailureKind::exited : FailureKind::timed_out, what, follower_->describe_ranks()};
  }

  static std::string join_lines(const std::string& text) {
    std::vector<std::string> parts;
    for (const auto line : lines(text)) parts.emplace_back(line);
    return shorten(join(parts, "; "), 400);
  }

  void report(const Outcome<PlacedInstance>& outcome) {
    PlacementReport& report = cluster_.report;
    report = {request_.model_id, mode_, {}, phases_.ended(), outcome ? std::nullopt : phases_.current(), {}, 0, ""};
    if (!follower_) return;
    report.proven = follower_->proven();
    report.runner_failures = follower_->runner_failures();
    report.restarts = follower_->restarts();
    if (follower_->instance()) report.instance_id = follower_->instance()->id;
  }

  Cluster::Impl& cluster_;
  const exo::PlacementRequest request_;
  const exo::Mode mode_;
  std::set<std::string> known_;   ///< Instances that were there before.
  std::int64_t last_event_ = -1;  ///< Number of the last event before the placement.
  PhaseRecord phases_;
  std::optional<PlacementFollower> follower_;
  Phase phase_ = Phase::place;
  Deadline deadline_{Clock::now()};
};

}  // namespace

Outcome<PlacedInstance> Cluster::Impl::place(const std::string& model_id, const exo::Mode& mode) {
  return Placing(*this, model_id, mode).run();
}

bool Cluster::Impl::has_left(const Peers::Peer& peer, Deadline deadline) {
  const auto state = peers.first().state(deadline.within(kStateLimit));
  return state && !peer.id.empty() && !state->has_node(peer.id);
}

Outcome<Done> Cluster::Impl::remove(const std::string& instance_id) {
  PhaseRecord phases(journal, progress);
  const Deadline deadline = phases.begin(Phase::remove, spec.limits.remove);
  const auto reply = peers.first().delete_instance(instance_id, deadline);
  std::optional<Failure> failure;
  // Exo says no to an instance that it has already deleted; whether it is gone is seen below.
  if (!reply && reply.failure().kind != FailureKind::refused) failure = in_phase(Phase::remove, reply.failure());
  for (Peers::Peer& peer : peers.all()) {
    if (silent.count(peer.client->base_url()) != 0 && &peer != &peers.all().front()) continue;
    const auto gone = [&] {
      const auto state = peer.client->state(deadline.within(kStateLimit));
      return state ? state->instances.count(instance_id) == 0 : has_left(peer, deadline);
    };
    if (failure || wait_until(deadline, milliseconds(50), gone)) continue;
    failure = Failure{FailureKind::timed_out,
                      format("delete: {} still shows instance {} after {}", peer.client->base_url(),
                             short_id(instance_id), humanize(spec.limits.remove)),
                      reply ? "" : reply.failure().what};
  }
  if (!failure) {
    phases.end_well();
    return Done{};
  }
  phases.end_badly(*failure);
  return *failure;
}

}  // namespace exo_harness::cluster

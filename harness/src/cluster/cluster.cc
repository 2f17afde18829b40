#include "exo_harness/cluster/cluster.h"

#include <utility>

#include "exo_harness/cluster/foreign_instance.h"
#include "exo_harness/cluster/request_liveness.h"
#include "exo_harness/exo/state_memory.h"
#include "exo_harness/journal/journal.h"

#include "cluster_impl.h"
#include "phase_record.h"

namespace exo_harness::cluster {
namespace {

std::vector<std::string> apis_of(const ClusterSpec& spec) {
  return spec.apis.empty() ? std::vector<std::string>{"http://127.0.0.1:52415"} : spec.apis;
}

exo::Client::Options client_options(Cluster::Impl& cluster, const AttachOptions& options) {
  exo::Client::Options client;
  client.token_silence = cluster.spec.limits.first_token;
  client.on_exchange = options.on_exchange;
  client.memory = std::make_shared<exo::StateMemory>();
  client.give_up = [&cluster](const std::string& model_id) { return cluster.give_up_on(model_id); };
  return client;
}

}  // namespace

Cluster::Impl::Impl(const ClusterSpec& s, journal::Journal& j, Progress& p, AttachOptions o)
    : spec(s), journal(j), progress(p), options(std::move(o)), peers(apis_of(s), client_options(*this, options)) {}

Watcher& Cluster::Impl::watch() {
  if (!watcher) watcher.emplace(peers.first().base_url(), journal);
  watching = &*watcher;
  return *watcher;
}

std::vector<exo::Instance> Cluster::Impl::foreign_since(Clock::time_point since) {
  if (models.empty()) return {};
  InstanceSightings& sightings = watch().sightings();
  const auto asked = Clock::now();
  auto now = peers.first().state(Deadline::after(kSilence));
  is_silent = !now;
  last_look.reset();
  if (now) {
    sightings.see(*now, asked);
    last_look = std::move(now).value();
    last_look_at = asked;
  }
  exo::State seen;
  for (exo::Instance& instance : sightings.maybe_since(since)) seen.instances[instance.id] = std::move(instance);
  return foreign_among(seen);
}

// Those of the events: what came and went between two looks.
std::vector<exo::Instance> Cluster::Impl::foreign_in_events() {
  // Without the event that was last before the first placement, all that others placed in the past would count.
  if (models.empty() || is_silent || first_event < 0) return {};
  exo::State created;
  const auto see = [&](const exo::State& state) {
    created.instances.insert(state.instances.begin(), state.instances.end());
  };
  static_cast<void>(peers.first().replay_events(first_event, see, Deadline::after(kSilence)));
  return foreign_among(created);
}

std::vector<exo::Instance> Cluster::Impl::foreign_among(const exo::State& state) const {
  std::vector<exo::Instance> foreign;
  for (const std::string& model : models) {
    for (exo::Instance& instance : foreign_instances(state, model, ours)) foreign.push_back(std::move(instance));
  }
  return foreign;
}

exo::GiveUp Cluster::Impl::give_up_on(const std::string& model_id) {
  Watcher* const present = watching;
  if (present == nullptr) return {};
  return [present, liveness = RequestLiveness(model_id), number = std::int64_t{-1}]() mutable {
    const auto now = Clock::now();
    number = present->look(number, [&](const exo::State& state) { liveness.see(state, now); });
    return liveness.why_lost(now);
  };
}

Cluster::Cluster(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Cluster::Cluster(Cluster&&) noexcept = default;
Cluster& Cluster::operator=(Cluster&&) noexcept = default;
Cluster::~Cluster() = default;

Outcome<Cluster> Cluster::attach(const ClusterSpec& spec, journal::Journal& journal, Progress& progress,
                                 AttachOptions options) {
  auto impl = std::make_unique<Impl>(spec, journal, progress, std::move(options));
  PhaseRecord phases(impl->options.record ? journal : journal::Journal::none(), progress);
  const auto api = impl->wait_for_api(phases.begin(Phase::api, spec.limits.api));
  if (!api) {
    phases.end_badly(api.failure());
    return api.failure();
  }
  phases.end_well();
  const auto whole = impl->wait_until_whole(phases.begin(Phase::discovery, spec.limits.discovery));
  if (!whole) {
    phases.end_badly(whole.failure());
    return whole.failure();
  }
  phases.end_well();
  if (impl->options.record) impl->record_topology(*whole);
  return Cluster(std::move(impl));
}

const ClusterSpec& Cluster::spec() const {
  return impl_->spec;
}
const std::vector<Node>& Cluster::nodes() const {
  return impl_->nodes;
}
exo::Generation Cluster::generation() const {
  return impl_->nodes.empty() ? exo::Generation::unknown : impl_->nodes.front().generation;
}
exo::Client& Cluster::client(std::size_t index) {
  return *impl_->peers.all().at(index).client;
}
Outcome<exo::State> Cluster::state() {
  return impl_->peers.first().state(Deadline::after(kStateLimit));
}
Outcome<exo::State> Cluster::state_since(milliseconds age) {
  auto seen = std::exchange(impl_->last_look, std::nullopt);
  if (seen && Clock::now() - impl_->last_look_at <= age) return *std::move(seen);
  return state();
}
Outcome<exo::State> Cluster::wait_until_whole(Deadline deadline) {
  return impl_->wait_until_whole(deadline);
}
Watcher& Cluster::watcher() {
  return impl_->watch();
}
void Cluster::on_hang(std::function<void()> action) {
  impl_->on_hang = std::move(action);
}
std::vector<SilentNode> Cluster::silent_nodes(milliseconds limit) {
  return impl_->silent_nodes(limit);
}
std::vector<LocalProcess> Cluster::local_processes() const {
  return impl_->local_processes();
}
std::vector<exo::RunnerFailure> Cluster::failures_by_events(const std::string& instance_id) {
  return impl_->failures_by_events(instance_id);
}
std::vector<exo::RunnerFailure> Cluster::look_back(const std::string& instance_id) {
  return impl_->look_back(instance_id);
}
Outcome<PlacedInstance> Cluster::place(const std::string& model_id, const exo::Mode& mode) {
  return impl_->place(model_id, mode);
}
void Cluster::take_as_ours(const std::string& instance_id) {
  impl_->ours.insert(instance_id);
}
bool Cluster::is_ours(const std::string& instance_id) const {
  return impl_->ours.count(instance_id) != 0;
}
std::vector<exo::Instance> Cluster::foreign_since(Clock::time_point since) {
  return impl_->foreign_since(since);
}
std::vector<exo::Instance> Cluster::foreign_in_events() {
  return impl_->foreign_in_events();
}
const PlacementReport& Cluster::last_placement() const {
  return impl_->report;
}
Outcome<Done> Cluster::remove(const std::string& instance_id) {
  return impl_->remove(instance_id);
}

}  // namespace exo_harness::cluster

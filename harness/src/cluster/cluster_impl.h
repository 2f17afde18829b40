#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <set>

#include "exo_harness/cluster/cluster.h"

#include "peers.h"

namespace exo_harness::cluster {

struct Cluster::Impl {
  Impl(const ClusterSpec& s, journal::Journal& j, Progress& p, AttachOptions o);

  /// Waits until every API that was given says who it is.
  Outcome<Done> wait_for_api(Deadline deadline);
  Outcome<Done> wait_for(exo::Client& client, Deadline deadline);
  Failure no_api(const std::string& api, const Failure& seen) const;
  Outcome<exo::State> wait_until_whole(Deadline deadline);
  /// What one look at every API showed.
  struct Look {
    exo::State state;                           ///< Of the first API.
    std::vector<exo::Generation> generations;   ///< By API.
    std::vector<std::string> missing;           ///< Empty: the cluster is whole.
    FailureKind kind = FailureKind::timed_out;  ///< Of what is missing, should it stay so.
  };
  Look look(Deadline deadline);
  static Failure not_whole(const Look& seen, const Insight& known);
  void compare_views(Look& look, Deadline deadline);
  void take_nodes(const Look& look);
  void record_topology(const exo::State& state);

  Outcome<PlacedInstance> place(const std::string& model_id, const exo::Mode& mode);
  Outcome<Done> remove(const std::string& instance_id);
  std::vector<exo::Instance> foreign_since(Clock::time_point since);
  std::vector<exo::Instance> foreign_in_events();
  std::vector<exo::Instance> foreign_among(const exo::State& state) const;
  bool has_left(const Peers::Peer& peer, Deadline deadline);
  Watcher& watch();
  std::function<void()> on_hang;
  exo::GiveUp give_up_on(const std::string& model_id);
  std::vector<SilentNode> silent_nodes(milliseconds limit);
  std::vector<LocalProcess> local_processes() const;
  std::vector<exo::RunnerFailure> failures_by_events(const std::string& instance_id);
  std::vector<exo::RunnerFailure> look_back(const std::string& instance_id);
  void journal_failure(const exo::RunnerFailure& failed);

  ClusterSpec spec;
  journal::Journal& journal;
  Progress& progress;
  AttachOptions options;
  Peers peers;
  std::vector<Node> nodes;
  std::optional<Watcher> watcher;
  std::atomic<Watcher*> watching{nullptr};  ///< `watcher`, for the clients' threads.
  std::set<std::string> silent;             ///< APIs that did not answer when last asked.
  PlacementReport report;
  std::set<std::string> ours, models;   ///< Ids of instances, and the models, of every placement.
  bool is_silent = false;               ///< The last look for foreign instances had no answer.
  std::optional<exo::State> last_look;  ///< Else what it saw, until somebody takes it.
  Clock::time_point last_look_at;
  std::int64_t first_event = -1;  ///< Number of the last event before the first of them.
};

}  // namespace exo_harness::cluster

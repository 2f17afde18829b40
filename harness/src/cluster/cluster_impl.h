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
    std::vector<View> views;
    std::vector<std::string> missing;           ///< Empty: the cluster is whole.
    FailureKind kind = FailureKind::timed_out;  ///< Of what is missing, should it stay so.
  };
  Look look(Deadline deadline);
  static Failure not_whole(const Look& seen, const Insight& known);
  void take_nodes(const std::vector<View>& views);
  void record_topology(const exo::State& state);

  Outcome<PlacedInstance> place(const std::string& model_id, const exo::Mode& mode);
  Outcome<Done> remove(const std::string& instance_id);
  bool has_left(const Peers::Peer& peer, Deadline deadline);
  Watcher& watch();
  std::function<void()> on_hang;
  exo::GiveUp give_up_on(const std::string& model_id);
  std::vector<SilentNode> silent_nodes(milliseconds limit);
  std::vector<LocalProcess> local_processes() const;
  std::vector<RunnerFailure> look_back(const std::string& instance_id);
  void journal_failure(const std::string& instance_id, const RunnerFailure& failed);

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
};

}  // namespace exo_harness::cluster

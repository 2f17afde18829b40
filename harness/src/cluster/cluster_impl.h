#pragma once

#include <memory>
#include <optional>

#include "exo_harness/cluster/cluster.h"

#include "peers.h"

namespace exo_harness::cluster {

struct Cluster::Impl {
  Impl(const ClusterSpec& s, journal::Journal& j, Progress& p, AttachOptions o);

  /// Waits until the first API says who it is.
  Outcome<Done> wait_for_api(Deadline deadline);
  Outcome<exo::State> wait_until_whole(Deadline deadline);
  /// What one look at every API showed.
  struct Look {
    std::vector<View> views;
    std::vector<std::string> missing;           ///< Empty: the cluster is whole.
    FailureKind kind = FailureKind::timed_out;  ///< Of what is missing, should it stay so.
  };
  Look look(Deadline deadline);
  void take_nodes(const std::vector<View>& views);
  void record_topology(const exo::State& state);

  Outcome<PlacedInstance> place(const std::string& model_id, const exo::Mode& mode);
  Outcome<Done> remove(const std::string& instance_id);
  Watcher& watch();

  ClusterSpec spec;
  journal::Journal& journal;
  Progress& progress;
  AttachOptions options;
  Peers peers;
  std::vector<Node> nodes;
  std::optional<Watcher> watcher;
  PlacementReport report;
};

}  // namespace exo_harness::cluster

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
  /// One look: what is missing. Fills `views`.
  std::vector<std::string> look(std::vector<View>& views);
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

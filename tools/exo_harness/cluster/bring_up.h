#pragma once

#include <chrono>
#include <optional>

#include "exo_harness/cluster/node_locks.h"
#include "exo_harness/cluster/started_cluster.h"

#include "app/run_folder.h"

namespace exo_harness::tools {

/// A cluster that is up: one that we started and will stop, or one that was there and stays.
struct UpCluster {
  std::optional<cluster::StartedCluster> started;
  std::optional<cluster::Cluster> attached;
  cluster::NodeLocks locks{};  ///< Of its nodes: no other harness on this machine tests them meanwhile.

  explicit operator bool() const { return started || attached; }
  cluster::Cluster& cluster() { return started ? started->cluster() : *attached; }
};

/// Whether a spec means the fake cluster that comes with the harness: it names neither a script nor an API.
bool is_embedded_fake(const cluster::ClusterSpec& spec);

/// Fills in how to start the embedded fake: its script, and a port that is free. Other specs come back as they are.
cluster::ClusterSpec with_fake_start(cluster::ClusterSpec spec);

/// Brings the cluster up, or attaches when the spec has no start script. Fails and throws as StartedCluster::bring_up
/// and Cluster::attach do, and with Interrupted when the user asks to stop. Throws HarnessError
/// when another harness of this machine tests one of its nodes. After `hard_limit` the supervisor ends the
/// cluster, whoever uses it.
Outcome<UpCluster> bring_up(const cluster::ClusterSpec& spec, const RunFolder& run, journal::Journal& journal,
                            Progress& progress, std::optional<std::chrono::milliseconds> hard_limit = std::nullopt,
                            cluster::RdmaEdges rdma = cluster::RdmaEdges::mutual);

}  // namespace exo_harness::tools

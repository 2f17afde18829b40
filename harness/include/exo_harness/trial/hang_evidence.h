#pragma once

#include <vector>

#include "exo_harness/cluster/cluster.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/process/sample.h"

namespace exo_harness::trial {

/// What the processes of the cluster on this machine are doing now, looked at for 300 ms.
std::vector<process::ProcessSample> sample_cluster(const cluster::Cluster& cluster);

/// Journals what the processes of the cluster on this machine are doing now.
void journal_processes(const cluster::Cluster& cluster, journal::Journal& journal);

/// Something hangs: journals its processes, and which nodes answer nothing. Result: those.
std::vector<cluster::SilentNode> look_into_the_hang(cluster::Cluster& cluster, journal::Journal& journal);

}  // namespace exo_harness::trial

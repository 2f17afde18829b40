#pragma once

#include "exo_harness/cluster/cluster.h"
#include "exo_harness/journal/journal.h"

namespace exo_harness::trial {

/// Journals what the processes of the cluster on this machine are doing now.
void journal_processes(const cluster::Cluster& cluster, journal::Journal& journal);

/// Something hangs: journals its processes, and which nodes answer nothing. Result: those.
std::vector<cluster::SilentNode> look_into_the_hang(cluster::Cluster& cluster, journal::Journal& journal);

}  // namespace exo_harness::trial

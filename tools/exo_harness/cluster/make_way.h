#pragma once

#include <string>
#include <vector>

#include "exo_harness/cluster/cluster.h"
#include "exo_harness/core/progress.h"
#include "exo_harness/journal/journal.h"

namespace exo_harness::tools {

/// Sees to it that no instance of a model under test is there before anything is placed: it would answer in the place
/// of what is tested (cluster/foreign_instance.h). With `remove` those of `models` (ids that Exo knows them by), and no
/// other, are deleted; `progress` and the journal get which.
/// Fails: EnvironmentError that names them, why they matter and what to do; also when one cannot be deleted.
void make_way_for(const std::vector<std::string>& models, cluster::Cluster& cluster, bool remove,
                  journal::Journal& journal, Progress& progress);

}  // namespace exo_harness::tools

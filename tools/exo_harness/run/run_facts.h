#pragma once

#include <string>
#include <vector>

#include "exo_harness/cluster/cluster.h"
#include "exo_harness/journal/journal.h"

namespace exo_harness::tools {

/// Records what two runs are compared by and no node tells: of the models on the cluster their revision, layout and,
/// when they are small, hash of content, as far as their files are on this machine; of an Exo that runs on this
/// machine its version and that of MLX; and `told`, `KEY=VALUE` each, which win. What cannot be found out is left out.
/// `is_fake`: no Exo is looked for. Fails: UsageError for a `told` that is none.
void record_facts(cluster::Cluster& cluster, bool is_fake, const std::vector<std::string>& told,
                  journal::Journal& journal);

/// `KEY=VALUE` as a fact. Fails: UsageError.
journal::Fact parse_fact(const std::string& told);

}  // namespace exo_harness::tools

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "exo_harness/cluster/spec.h"

#include "run_folder.h"

namespace exo_harness::tools {

/// The logs of the nodes that can be read while the cluster runs: those of the spec, and what the start script writes
/// below the run's log folder. `exo.log` is preferred to the output of the same node.
std::vector<std::filesystem::path> node_logs(const cluster::ClusterSpec& spec, const RunFolder& run);

/// The id that a node wrote at the start of its log (contract 14); empty when it did not, or there is no log.
std::string node_of_log(const std::filesystem::path& log);

}  // namespace exo_harness::tools

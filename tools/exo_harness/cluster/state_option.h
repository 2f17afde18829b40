#pragma once

#include <filesystem>
#include <string>

#include "exo_harness/cluster/cluster_file.h"
#include "exo_harness/core/progress.h"
#include "exo_harness/journal/journal.h"

#include "app/run_folder.h"

namespace exo_harness::tools {

/// The file by which `up` tells of its cluster: as given, else `cluster.json` in the folder of runs.
inline std::filesystem::path state_file(const std::string& state, const std::string& out) {
  return state.empty() ? folder_of_runs(out) / "cluster.json" : std::filesystem::absolute(state);
}

/// Attaches to the cluster of a state file, and records nothing of it. Fails: as `cluster::attach`.
inline Outcome<cluster::Cluster> attach_unrecorded(const std::filesystem::path& state) {
  cluster::AttachOptions options;
  options.record = false;
  return cluster::attach(cluster::read_cluster_file(state), journal::Journal::none(), silent_progress(), options);
}

}  // namespace exo_harness::tools

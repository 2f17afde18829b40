#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "exo_harness/cluster/spec.h"

namespace exo_harness::cluster {

/// A cluster that is up, as one process hands it to another: the file that `up` and `run` write and EXO_HARNESS_CLUSTER
/// names.
struct UpState {
  ClusterSpec spec;    ///< Where to attach: APIs of all nodes, no start script; models and placements selected.
  std::string run_id;  ///< Of the run that brought it up.
  std::vector<std::string>
      node_ids;            ///< New at each start, so they tell this cluster from a later one at the same address.
  std::string generation;  ///< `v1.0.71`, `main`, `unknown`.
  std::filesystem::path run_folder;
  std::int64_t supervisor_pid = 0;  ///< Of exo-leash; 0: not started by us.
  std::filesystem::path lease;      ///< Its time of change is renewed by whoever uses the cluster; empty: no lease.
};

/// Writes the file, readable by its owner only. Fails: HarnessError.
void write_up_state(const std::filesystem::path& file, const UpState& state);

/// Reads it; no socket is opened. Fails: UsageError with file, line and what was expected.
UpState read_up_state(const std::filesystem::path& file);

/// Says that the cluster is in use: whoever attaches calls it at the start of each test. Does nothing without a lease.
void renew_lease(const UpState& state);

}  // namespace exo_harness::cluster

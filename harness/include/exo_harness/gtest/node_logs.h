#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

namespace exo_harness::gtest {

/// The logs of nodes that can be read from here while the cluster runs: files below `logs` of the run folder, and the
/// `log_files` of the spec. Empty when there are none, as with nodes on other hosts.
std::vector<std::filesystem::path> node_log_files();

/// Which node of the attached cluster is master, by its place in `Cluster::nodes`: no answer of the API tells it, so
/// the logs must. Nothing when none is within reach or they contradict each other.
std::optional<std::size_t> master_by_logs();

}  // namespace exo_harness::gtest

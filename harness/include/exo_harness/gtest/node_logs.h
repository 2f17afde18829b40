#pragma once

#include <filesystem>
#include <vector>

namespace exo_harness::gtest {

/// The logs of nodes that can be read from here while the cluster runs: files below `logs` of the run folder, and the
/// `log_files` of the spec. Empty when there are none, as with nodes on other hosts.
std::vector<std::filesystem::path> node_log_files();

}  // namespace exo_harness::gtest

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace exo_harness::gtest {

/// The logs of nodes that can be read from here while the cluster runs: files below `logs` of the run folder, and the
/// `log_files` of the spec. Empty when there are none, as with nodes on other hosts.
std::vector<std::filesystem::path> node_log_files();

/// How long each node log was at one moment.
class LogMark {
 public:
  /// Marks the present ends.
  static LogMark now();
  /// What was written since, ANSI sequences taken out, at most 4 MiB a file. Files that are new count as a whole; so do
  /// files that became shorter, as they were begun anew.
  std::string written_since() const;

 private:
  std::map<std::filesystem::path, std::uintmax_t> ends_;
};

}  // namespace exo_harness::gtest

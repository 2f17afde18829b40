#include "node_logs.h"

#include <algorithm>

#include "exo_harness/core/text.h"
#include "exo_harness/exo/log_line.h"
#include "exo_harness/process/log_follower.h"

namespace exo_harness::tools {

std::vector<std::filesystem::path> node_logs(const cluster::ClusterSpec& spec, const RunFolder& run) {
  std::vector<std::filesystem::path> logs(spec.log_files.begin(), spec.log_files.end());
  std::error_code error;
  for (auto it = std::filesystem::recursive_directory_iterator(run.logs(), error);
       !error && it != std::filesystem::recursive_directory_iterator(); it.increment(error)) {
    if (it->is_regular_file() && it->path().filename() == "exo.log") logs.push_back(it->path());
  }
  std::sort(logs.begin(), logs.end());
  return logs;
}

std::string node_of_log(const std::filesystem::path& log) {
  process::LogFollower follower(log);  // A log of a night does not fit into memory.
  std::string id;
  for (auto lines = follower.read_new(true); !lines.empty(); lines = follower.read_new(true)) {
    for (const process::FollowedLine& line : lines) {
      const auto record = exo::parse_log_line(line.text);
      if (record && record->message.starts_with("Starting node ")) id = trim(record->message.substr(14));
    }
  }
  return id;
}

}  // namespace exo_harness::tools

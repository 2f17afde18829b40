#include "node_logs.h"

#include <algorithm>

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

}  // namespace exo_harness::tools

#include "exo_harness/gtest/node_logs.h"

#include <algorithm>

#include "exo_harness/gtest/attached_cluster.h"
#include "exo_harness/trial/election.h"

#include "session.h"

namespace exo_harness::gtest {
namespace fs = std::filesystem;

std::vector<fs::path> node_log_files() {
  std::vector<fs::path> files;
  if (!session().file) return files;
  std::error_code error;
  if (!session().file->run_folder.empty()) {
    const fs::path logs = session().file->run_folder / "logs";
    for (fs::recursive_directory_iterator it(logs, error), end; !error && it != end; it.increment(error)) {
      // A node has a folder of its own; what lies beside them are the outputs of suites.
      if (it.depth() > 0 && it->is_regular_file(error)) files.push_back(it->path());
    }
  }
  for (const fs::path& file : session().file->spec.log_files) {
    if (fs::is_regular_file(file, error)) files.push_back(file);
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::optional<std::size_t> master_by_logs() {
  std::vector<std::string> ids;
  for (const cluster::Node& node : attached_cluster().nodes()) ids.push_back(node.id);
  const auto master = trial::master_of(node_log_files(), ids);
  if (!master) return std::nullopt;
  return static_cast<std::size_t>(std::find(ids.begin(), ids.end(), *master) - ids.begin());
}

}  // namespace exo_harness::gtest

#include "exo_harness/cluster/started_cluster.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redacted_copy.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/journal/run_logs.h"

namespace exo_harness::cluster {
namespace fs = std::filesystem;
namespace {

void warn(journal::Journal& journal, const fs::path& file, const std::string& why) {
  journal.append(journal::Trouble{format("the log {} was not collected: {}", file.string(), why),
                                  "check log_files of the cluster spec", Blame::environment, true});
}

void fetch(const ClusterSpec& spec, const fs::path& logs, journal::Journal& journal) {
  for (std::size_t i = 0; i < spec.log_files.size(); ++i) {
    const fs::path& from = spec.log_files[i];
    std::error_code error;
    if (!fs::is_regular_file(from, error)) {
      warn(journal, from, "it is not a file");
      continue;
    }
    const fs::path folder = logs / format("collected-{}", i + 1);
    fs::create_directories(folder, error);
    if (error || !copy_redacted(from, folder / from.filename())) warn(journal, from, "it cannot be copied");
  }
}

}  // namespace

void collect_logs(const ClusterSpec& spec, const fs::path& run_folder, journal::Journal& journal,
                  journal::LogState state) {
  fetch(spec, run_folder / "logs", journal);
  journal::record_logs(run_folder, journal, state);
}

}  // namespace exo_harness::cluster

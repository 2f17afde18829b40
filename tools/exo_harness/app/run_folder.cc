#include "app/run_folder.h"

#include <cstdlib>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

namespace exo_harness::tools {
namespace fs = std::filesystem;
namespace {

// A link that cannot be made (a file system without links) is no reason to stop.
void point_latest_at(const RunFolder& run) {
  std::error_code ignored;
  const fs::path part = run.path.parent_path() / (run.run_id + ".latest");
  fs::create_symlink(run.run_id, part, ignored);
  fs::rename(part, run.path.parent_path() / "latest", ignored);
  fs::remove(part, ignored);
}

}  // namespace

fs::path folder_of_runs(const std::string& out) {
  if (!out.empty()) return fs::absolute(out);
  const char* from_environment = std::getenv("EXO_HARNESS_RUNS");
  if (from_environment != nullptr && *from_environment != '\0') return fs::absolute(from_environment);
  return fs::absolute("exo-runs");
}

void make_folder(const fs::path& folder, const std::string& advice) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw HarnessError(format("cannot make the folder {}: {}", folder.string(), error.message()), advice);
}

RunFolder create_run_folder(const fs::path& runs) {
  RunFolder run;
  run.run_id = format("{}-{}", utc_now_compact(), random_hex(3));
  run.path = runs / run.run_id;
  for (const fs::path& folder : {run.path, run.logs(), run.exchanges()}) {
    make_folder(folder, "choose another place with --out or EXO_HARNESS_RUNS");
  }
  point_latest_at(run);
  return run;
}

bool is_run_folder(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "journal.jsonl", error);
}

std::string where_runs_are(const fs::path& no_run) {
  if (is_run_folder(no_run / "latest")) return format("runs lie in it: {} is the newest", (no_run / "latest").string());
  return "give a folder that `exo-harness run` made, such as exo-runs/latest";
}

void check_run_folder(const fs::path& run) {
  if (is_run_folder(run)) return;
  throw UsageError(format("{} is not a run folder: there is no journal.jsonl in it", run.string()),
                   where_runs_are(run));
}

}  // namespace exo_harness::tools

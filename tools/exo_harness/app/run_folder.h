#pragma once

#include <filesystem>
#include <string>

namespace exo_harness::tools {

/// All that one run leaves behind, `<UTC time>-<id>/` in the folder of runs.
struct RunFolder {
  std::filesystem::path path;
  std::string run_id;  ///< The folder's name.

  std::filesystem::path journal() const { return path / "journal.jsonl"; }
  std::filesystem::path logs() const { return path / "logs"; }
  std::filesystem::path rehearsals() const { return path / "rehearsals"; }
  std::filesystem::path exchanges() const { return path / "exchanges"; }
  std::filesystem::path cluster_file() const { return path / "cluster.json"; }
};

/// Where runs are kept: `out` if given, else `EXO_HARNESS_RUNS`, else `exo-runs` in the current folder.
std::filesystem::path folder_of_runs(const std::string& out);

/// Makes a run folder with its sub-folders in `runs` and points the link `latest` at it.
/// Fails: HarnessError that names the folder.
RunFolder create_run_folder(const std::filesystem::path& runs);

/// Makes the folder, and those above it. Fails: HarnessError with `advice`.
void make_folder(const std::filesystem::path& folder, const std::string& advice);

/// Whether there is a journal in it.
bool is_run_folder(const std::filesystem::path& folder);

/// What to do about a folder that is no run: runs may lie in it.
std::string where_runs_are(const std::filesystem::path& no_run);

/// Fails: UsageError when there is no journal in it.
void check_run_folder(const std::filesystem::path& run);

}  // namespace exo_harness::tools

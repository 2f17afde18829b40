#pragma once

#include <filesystem>
#include <string>

#include "exo_harness/core/locked_folder.h"

namespace exo_harness::model {

/// A hidden folder beside the place where its content shall be: `.NAME.staging-…`. Locked while we live, so that
/// another can tell a dead one's from a living one's. Removed at the end unless it was published.
class StagingFolder {
 public:
  /// Fails: HarnessError when it cannot be made.
  StagingFolder(const std::filesystem::path& into, const std::string& name);

  const std::filesystem::path& path() const { return folder_.path(); }
  /// Renames it to `into/name`. Fails: UsageError when something is there by now; HarnessError otherwise.
  void publish();
  /// Takes `into/name` out of sight by renaming it to the hidden name, so that it can be removed. Fails: HarnessError.
  void take_over();

  /// Removes what processes that died left for `name` in `into`.
  static void remove_dead(const std::filesystem::path& into, const std::string& name);

 private:
  std::filesystem::path into_;
  std::string name_;
  LockedFolder folder_;
};

/// Removes halves of `file` that a killed `write_file` left beside it.
void remove_dead_parts(const std::filesystem::path& file);

}  // namespace exo_harness::model

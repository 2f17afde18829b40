#pragma once

#include <filesystem>
#include <string>

#include "exo_harness/core/file.h"

namespace exo_harness {

/// Where processes of one user keep what others of the same user have to find: `$TMPDIR/exo-harness-UID`, which nobody
/// else may look into. It is made when it is not there. Fails: nothing; whoever writes there says why it cannot.
std::filesystem::path folder_of_user();

/// A folder of its own, `INTO/MARK` and random digits, that is locked while we live, so that another can tell a dead
/// one's from a living one's. Removed with all it holds at the end, unless it was given away.
class LockedFolder {
 public:
  /// Makes `into`, too. Fails: HarnessError that names the folder.
  LockedFolder(const std::filesystem::path& into, const std::string& mark);
  LockedFolder(const LockedFolder&) = delete;
  LockedFolder& operator=(const LockedFolder&) = delete;
  ~LockedFolder();

  const std::filesystem::path& path() const { return path_; }
  /// It is somebody else's now: it is not removed.
  void give_away() { given_away_ = true; }

  /// Removes the folders `INTO/MARK…` of processes that died. Result: how many.
  static int remove_dead(const std::filesystem::path& into, const std::string& mark);

 private:
  std::filesystem::path path_;
  UniqueFd lock_;
  bool given_away_ = false;
};

}  // namespace exo_harness

#pragma once

#include <filesystem>

#include "exo_harness/core/file.h"

namespace exo_harness::process {

/// Tells at once when a file grows. Threads: one at a time.
class GrowthNotice {
 public:
  /// Nothing to watch yet.
  GrowthNotice() = default;
  /// `file` must exist. Where the system cannot watch it, `fd` is -1: look now and then instead.
  explicit GrowthNotice(const std::filesystem::path& file);

  /// Readable once the file has grown since the last `clear`. For poll, which passes over -1.
  int fd() const { return fd_.get(); }
  void clear();

 private:
  UniqueFd fd_, file_;
};

}  // namespace exo_harness::process

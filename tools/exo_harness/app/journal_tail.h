#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "exo_harness/journal/records.h"

namespace exo_harness::tools {

/// Follows a journal that several processes append to.
class JournalTail {
 public:
  /// Begins at the start of the file, which need not exist yet.
  explicit JournalTail(std::filesystem::path file) : file_(std::move(file)) {}

  /// Records completed since the last call; half-written lines wait.
  std::vector<journal::Record> read_new();

 private:
  std::filesystem::path file_;
  std::int64_t offset_ = 0;
};

}  // namespace exo_harness::tools

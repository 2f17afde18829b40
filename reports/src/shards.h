#pragma once

#include <filesystem>
#include <vector>

#include "exo_harness/journal/journal.h"

namespace exo_reports {

/// The journal of one shard, and where it lies.
struct Shard {
  std::filesystem::path folder;
  exo_harness::journal::Transcript transcript;
};

/// Reads the journals of these run folders. Fails: HarnessError, as read_journal.
std::vector<Shard> read_shards(const std::vector<std::filesystem::path>& folders);

/// Fails: UsageError that names two folders which are not different shards of one run: the same shard twice, parts of
/// different numbers, other settings, another version of the harness. A journal without a start says nothing of that
/// and is let through: its shard is missing in the joint record, which says so.
void check_belong_together(const std::vector<Shard>& shards);

}  // namespace exo_reports

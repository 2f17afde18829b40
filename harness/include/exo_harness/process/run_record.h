#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/process/table.h"

namespace exo_harness::process {

/// What a supervisor writes into the run folder before it starts anything, so that whoever comes later can find what
/// it left: `leash.state`, one `key value` a line.
struct RunRecord {
  std::string run_id, boot;
  ProcessId harness, supervisor;
  std::string command;
  std::filesystem::path mark;  ///< The file mark.
  bool kept_up = false;
  bool clean = false;              ///< The clean-up came to its end and nothing was left.
  std::vector<ProcessId> lineage;  ///< Where orphans cannot be adopted: the family as it was seen last.
};

inline constexpr const char* kRunRecordFile = "leash.state";

/// Fails: HarnessError when it cannot be written.
void write_run_record(const std::filesystem::path& run_folder, const RunRecord& record);
/// Empty when there is none or it is not one.
std::optional<RunRecord> read_run_record(const std::filesystem::path& run_folder);

}  // namespace exo_harness::process

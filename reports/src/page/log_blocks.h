#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "exo_reports/run_record.h"

namespace exo_reports {

/// A log as the page holds it.
struct PackedLog {
  exo_harness::journal::LogFile file;
  bool found = false;
  std::uint64_t bytes = 0;          ///< Of the file.
  std::uint64_t left_out = 0;       ///< Bytes of the middle that are not in the page.
  std::string tail;                 ///< The last lines, as text.
  std::vector<std::string> blocks;  ///< Base64 of raw deflate, about 1 MiB of text each, cut at lines.
};

/// The logs of a run, redacted and printable: of each at most about 4 MiB of text, and of all together at most `budget`
/// bytes of packed text; what goes beyond loses its middle. A path that leads out of the run folder is not read.
std::vector<PackedLog> pack_logs(const RunRecord& run, const std::filesystem::path& run_folder,
                                 std::uint64_t budget = 64u << 20);

}  // namespace exo_reports

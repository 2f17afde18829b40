#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "exo_harness/diagnose/signature/log_scan.h"
#include "exo_harness/exo/log_line.h"

namespace exo_harness::trial {

/// How long each of some logs was at one moment.
class LogMark {
 public:
  LogMark() = default;
  /// Marks the present ends. A file that is not there has none.
  explicit LogMark(const std::vector<std::filesystem::path>& logs);

  /// Bytes; 0 for a log that was not marked.
  std::uintmax_t end_of(const std::filesystem::path& log) const;
  /// What `logs` got since, ANSI sequences taken out, at most 4 MiB a file. Files that are new count as a whole; so do
  /// files that became shorter, as they were started over.
  std::string written_since(const std::vector<std::filesystem::path>& logs) const;

 private:
  std::map<std::filesystem::path, std::uintmax_t> ends_;
};

/// The logs of nodes that can be read while the cluster runs: `log_files` of the spec, and what the start script writes
/// below `logs`, the run's folder of logs. `exo.log` is preferred to the output of the same node.
std::vector<std::filesystem::path> node_logs(const std::vector<std::filesystem::path>& log_files,
                                             const std::filesystem::path& logs);

/// Calls `see` with each record of a log, in order. A log that is not there has none.
void for_each_record(const std::filesystem::path& log, const std::function<void(const exo::LogLine&)>& see);

/// The id that a node wrote at the start of its log (contract 14); empty when it did not, or there is no log.
std::string node_of_log(const std::filesystem::path& log);

/// What a log of a node got since `mark`, scanned, with the id of its node. Fails: HarnessError when it cannot be read.
diagnose::NodeLog scan_since(const LogMark& mark, const std::filesystem::path& log,
                             const diagnose::SignatureBook& book);

/// What a node said as it ended, scanned: from its last record of level CRITICAL on (`EXO terminated due to unhandled
/// exception`), if no more than two records follow that. Without lines: it did not say, or works on. Looks at the last
/// 64 KiB.
diagnose::NodeLog scan_last_words(const std::filesystem::path& log, const diagnose::SignatureBook& book);

}  // namespace exo_harness::trial

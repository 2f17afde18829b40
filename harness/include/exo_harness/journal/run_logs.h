#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "exo_harness/journal/journal.h"

namespace exo_harness::journal {

/// Whether somebody still writes to the logs of a run: then they must stay the files that they are.
enum class LogState { growing, ended };

/// Appends a LogFile for each file below `logs/` of the run folder, for `start.log` and for `stop.log`, after taking
/// the secrets out of those that have ended. Logs whose path is `known` are not recorded again. A log from which
/// secrets cannot be taken is a warning in the journal. Threads: one at a time for a run.
void record_logs(const std::filesystem::path& run_folder, Journal& journal, LogState state,
                 const std::set<std::string>& known = {});

/// The key of the fact that the logs of a run that died were settled; its value is who did it.
inline constexpr const char* kSettledFact = "logs.settled";

/// `record_logs` for a run that has ended and could not do it itself, as `writer`, and the fact that it was done.
/// Does what can be done where the journal is missing or cannot be written.
void settle_logs(const std::filesystem::path& run_folder, const std::string& writer);

}  // namespace exo_harness::journal

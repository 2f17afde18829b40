#pragma once

#include <filesystem>
#include <string>

#include "exo_reports/gate.h"

#include "app/run_folder.h"

namespace exo_harness::tools {

/// Where baselines are kept: `baselines/` in the folder of runs.
std::filesystem::path folder_of_baselines(const std::filesystem::path& runs);

/// The folder of a run, or of the baseline of that name. Fails: UsageError when it is neither, with the names that are
/// known.
std::filesystem::path run_or_baseline(const std::string& name, const std::filesystem::path& runs);

/// Keeps `run`, which was read from the folder `from`, as `name`: its journal, and `baseline.json` with the journal's
/// hash. Writes over another only for a `reason`. Result: the folder. Fails: UsageError for a name that is taken or no
/// file name, HarnessError.
std::filesystem::path keep_baseline(const std::filesystem::path& from, const exo_reports::GateRun& run,
                                    const std::string& name, const std::string& reason,
                                    const std::filesystem::path& runs);

}  // namespace exo_harness::tools

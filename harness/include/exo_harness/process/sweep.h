#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "exo_harness/process/clean_up.h"

namespace exo_harness::process {

/// A run whose harness and supervisor were both killed, and what was ended of it.
struct SweptRun {
  std::filesystem::path run_folder;
  std::string run_id;
  CleanUp clean_up;
};

/// A process that may be left of a run, but carries no mark that proves it. Never touched.
struct Suspect {
  ProcessId id;
  std::string command;
  std::string why;
};

struct SweepResult {
  std::vector<SweptRun> swept;
  std::vector<std::filesystem::path> alive;  ///< Run folders of runs that still have a harness or a supervisor.
  std::vector<Suspect> suspects;
};

/// Ends what dead runs of this boot have left: `runs_folder` is a run folder, or holds run folders. Only processes with
/// the mark of such a run are ended; `redact` knows their secrets from then on. Threads: one at a time.
SweepResult sweep(const std::filesystem::path& runs_folder, std::chrono::milliseconds grace);

}  // namespace exo_harness::process

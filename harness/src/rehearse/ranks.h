#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "exo_harness/process/child.h"
#include "exo_harness/rehearse/rehearse.h"

namespace exo_harness::rehearse {

/// How the process of one rank ended.
struct RankEnd {
  process::ExitStatus status;
  std::string output;      ///< Both streams; the last bytes of it.
  bool grown = false;      ///< We ended it: it took more memory than it may.
  bool stopped = false;    ///< We ended it: the user gave up.
  bool abandoned = false;  ///< We ended it: another rank had ended, and it was still busy, or waited for that one.
  std::chrono::milliseconds given{0};  ///< `abandoned`: how long after that; `status.timed_out`: since its start.
};

/// Runs `engine.python PROBE JOB` for each job, all at once, in `folder`, until all have ended or are ended. Nothing of
/// them is left. Fails: HarnessError when one cannot be started.
std::vector<RankEnd> run_ranks(const Engine& engine, const std::filesystem::path& folder,
                               const std::vector<std::filesystem::path>& jobs, const Limits& limits);

/// That many different free ports of 127.0.0.1; nobody holds them. Fails: HarnessError.
std::vector<int> free_ports(int count);

}  // namespace exo_harness::rehearse

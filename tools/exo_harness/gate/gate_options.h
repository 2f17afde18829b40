#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exo_reports/gate.h"

namespace CLI {
class App;
}

namespace exo_harness::tools {

/// What `gate` was asked, as it stands on the command line.
struct GateCommandOptions {
  std::vector<std::string> runs;  ///< Baseline and candidate.
  std::vector<std::string> baseline_too, candidate_too;
  std::vector<std::string> vary, allow_diff, expect_removed, expect_skipped, primary;
  std::string policy = "standard", quarantine, inconclusive, runs_folder, out;
  std::vector<std::string> models, placements, suites, baseline_facts, candidate_facts;  ///< Of `--interleave`.
  std::string suite_folder;
  int rounds = 5, most_blocks = 10;
  double session_sd = 0;
  bool without_performance = false, json = false, github = false, bisect = false, interleave = false;
};

void add_gate_options(CLI::App& command, GateCommandOptions& options);
void add_interleave_options(CLI::App& command, GateCommandOptions& options);

/// Fails: UsageError, HarnessError for a quarantine file that cannot be read.
exo_reports::GateOptions gate_options(const GateCommandOptions& options);

}  // namespace exo_harness::tools

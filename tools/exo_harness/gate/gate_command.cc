#include "gate/gate_command.h"

#include <cstdio>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>

#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_reports/gate_documents.h"

#include "app/report_error.h"
#include "gate/baselines.h"
#include "gate/gate_options.h"
#include "gate/gate_report.h"
#include "gate/interleave.h"

namespace exo_harness::tools {
namespace {

exo_reports::GateSide side_of(const std::string& first, const std::vector<std::string>& others,
                              const std::filesystem::path& runs) {
  exo_reports::GateSide side;
  side.runs.push_back(exo_reports::read_gate_run(run_or_baseline(first, runs), first));
  for (const std::string& other : others) {
    side.runs.push_back(exo_reports::read_gate_run(run_or_baseline(other, runs), other));
  }
  return side;
}

int report(const exo_reports::GateResult& result, const exo_reports::GateSide& baseline,
           const exo_reports::GateSide& candidate, const std::filesystem::path& beside,
           const GateCommandOptions& options) {
  const std::filesystem::path out = options.out.empty() ? beside / "gate" : std::filesystem::path(options.out);
  return report_gate(result, exo_reports::names_of(baseline, candidate, EXO_HARNESS_VERSION), out, options);
}

int interleaved_gate(const GateCommandOptions& options, const std::filesystem::path& runs) {
  const Interleaved seen = interleave_clusters(options, gate_options(options));
  return report(seen.result, seen.baseline, seen.candidate, runs / seen.candidate.runs.front().name, options);
}

int gate(const GateCommandOptions& options) {
  const auto runs = folder_of_runs(options.runs_folder);
  if (options.runs.size() != 2) {
    throw UsageError("a gate compares two runs", "exo-harness gate BASELINE CANDIDATE");
  }
  if (options.interleave) return interleaved_gate(options, runs);
  const exo_reports::GateOptions rules = gate_options(options);
  const exo_reports::GateSide baseline = side_of(options.runs[0], options.baseline_too, runs);
  const exo_reports::GateSide candidate = side_of(options.runs[1], options.candidate_too, runs);
  const exo_reports::GateResult result = exo_reports::gate(baseline, candidate, rules);
  return report(result, baseline, candidate, run_or_baseline(options.runs[1], runs), options);
}

// 2 would be taken for one more bad commit.
int gate_for_bisect(const GateCommandOptions& options) {
  constexpr int kStop = 128;
  try {
    return gate(options);
  } catch (const std::exception& error) {
    report_error(error);
    return kStop;
  }
}

}  // namespace

void add_gate_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("gate", "Is a run, the candidate, at least as good as another, the baseline?");
  auto options = std::make_shared<GateCommandOptions>();
  command->add_option("RUN", options->runs, "Baseline and candidate: run folders, or names of kept baselines");
  command->add_option("--baseline-too", options->baseline_too, "One more run of the baseline's build")
      ->allow_extra_args(false);
  command->add_option("--candidate-too", options->candidate_too, "One more run of the candidate's build")
      ->allow_extra_args(false);
  command->add_option("--out", options->out, "Where the documents go (default: gate/ in the candidate's folder)");
  command->add_option("--runs", options->runs_folder, "Folder of runs (default: EXO_HARNESS_RUNS, else exo-runs)");
  add_gate_options(*command, *options);
  add_interleave_options(*command, *options);
  command->footer("Exit codes: 0 PASS, 1 FAIL, 2 usage or harness trouble, 3 INCONCLUSIVE, 4 INCOMPARABLE.");
  command->callback(
      [options, &exit_code] { exit_code = options->bisect ? gate_for_bisect(*options) : gate(*options); });
}

}  // namespace exo_harness::tools

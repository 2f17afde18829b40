#include "gate/gate_options.h"

#include <cmath>

#include <CLI/CLI.hpp>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"

namespace exo_harness::tools {

void add_gate_options(CLI::App& command, GateCommandOptions& options) {
  const auto list = [&](const char* name, std::vector<std::string>& values, const char* help) {
    command.add_option(name, values, help)->allow_extra_args(false);
  };
  list("--vary", options.vary, "A key of the manifest that is under test, such as nodes.os; * for anything");
  list("--allow-diff", options.allow_diff, "KEY=REASON: let it differ; speeds then never pass");
  list("--expect-removed", options.expect_removed, "A test that the candidate need not have; * for anything");
  list("--expect-skipped", options.expect_skipped, "A test that the candidate may skip; * for anything");
  list("--primary", options.primary, "A metric that may fail the gate (default: generation_tps and ttft_ms)");
  command.add_option("--policy", options.policy, "standard, or release: one flake is enough")
      ->check(CLI::IsMember({"standard", "release"}));
  command.add_option("--quarantine", options.quarantine, "File of tests that are known to fail (TOML)");
  command.add_option("--inconclusive", options.inconclusive, "What an inconclusive answer counts as: pass or fail")
      ->check(CLI::IsMember({"pass", "fail"}));
  command
      .add_option("--session-sd", options.session_sd,
                  "Spread of block medians of this cluster against itself, 0.02 = 2 %")
      ->check(CLI::Range(0.0, 1.0));
  command.add_flag("--without-performance", options.without_performance, "Pass without performance data");
  command.add_flag("--json", options.json, "Print gate.json");
  command.add_flag("--github", options.github, "Add to the job summary, and print annotations");
  command.add_flag("--bisect", options.bisect, "Exit codes for git bisect run: 125 skips, 128 stops");
}

void add_interleave_options(CLI::App& command, GateCommandOptions& options) {
  const auto list = [&](const char* name, std::vector<std::string>& values, const char* help) {
    command.add_option(name, values, help)->allow_extra_args(false)->group("With --interleave");
  };
  command.add_flag(
      "--interleave", options.interleave,
      "Both are clusters (files, or names in fixtures/clusters): bring them up in turn, a block each time, "
      "until it is decided");
  list("--model", options.models, "Fixture model, may be repeated");
  list("--placement", options.placements, "single, tensor-2 …, may be repeated");
  list("--suite", options.suites, "Also this suite, may be repeated");
  list("--baseline-fact", options.baseline_facts, "KEY=VALUE for the baseline's manifests, such as exo.version=1.0.71");
  list("--candidate-fact", options.candidate_facts, "The same of the candidate");
  command.add_option("--suite-folder", options.suite_folder, "Also the suites in this folder")
      ->group("With --interleave");
  command.add_option("--rounds", options.rounds, "In how many runs of each build those suites run, too (default: 5)")
      ->check(CLI::Range(1, 100))
      ->group("With --interleave");
  command.add_option("--blocks", options.most_blocks, "At most so many blocks a side (default: 10)")
      ->check(CLI::Range(5, 100))
      ->group("With --interleave");
}

exo_reports::GateOptions gate_options(const GateCommandOptions& options) {
  exo_reports::GateOptions gate;
  gate.release = options.policy == "release";
  gate.vary = options.vary;
  gate.expect_removed = options.expect_removed;
  gate.expect_skipped = options.expect_skipped;
  gate.primary = options.primary;
  if (std::isnan(options.session_sd)) throw UsageError("--session-sd wants a number", "such as 0.02: 2 %");
  gate.session_sd = options.session_sd;
  gate.performance_expected = !options.without_performance;
  gate.today = utc_today();
  for (const std::string& allowed : options.allow_diff) {
    const std::size_t equals = allowed.find('=');
    if (equals == std::string::npos || equals == 0 || trim(std::string_view(allowed).substr(equals + 1)).empty()) {
      throw UsageError(format("--allow-diff {}: no reason", allowed),
                       "say why: --allow-diff nodes.memory='one DIMM swapped'");
    }
    gate.allow_diff[allowed.substr(0, equals)] = redact(allowed.substr(equals + 1));
  }
  if (!options.quarantine.empty()) gate.quarantine = exo_reports::read_quarantine(options.quarantine);
  if (options.inconclusive == "pass") gate.inconclusive_as = exo_reports::GateVerdict::pass;
  if (options.inconclusive == "fail") gate.inconclusive_as = exo_reports::GateVerdict::fail;
  return gate;
}

}  // namespace exo_harness::tools

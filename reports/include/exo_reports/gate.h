#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/exit_code.h"
#include "exo_reports/quarantine.h"
#include "exo_reports/run_record.h"

namespace exo_reports {

// Is the candidate at least as good as the baseline? The rules, their source and their error rates: reports/README.md.

/// What a gate comes to, from harmless to grave: the graver one wins.
enum class GateVerdict {
  pass,
  inconclusive,  ///< Too little data, or nobody could judge.
  fail,          ///< The candidate is worse.
  incomparable,  ///< Comparing would say nothing: a broken record, or more differs than was declared.
};
/// As documents spell it: `INCOMPARABLE`.
std::string_view to_string(GateVerdict verdict);
exo_harness::ExitCode exit_code_of(GateVerdict verdict);

/// One thing that the gate found. `verdict` pass: worth telling, and decides nothing.
struct GateReason {
  GateVerdict verdict = GateVerdict::pass;
  std::string rule;     ///< `perf.block`, `test.new_failure`; the list is in reports/README.md.
  std::string subject;  ///< Test, model and placement, key of the manifest, run.
  std::string what;     ///< One line.
};

/// A run as the gate takes it.
struct GateRun {
  std::string name;  ///< As the user named it.
  RunRecord record;
  int schema = 0;              ///< Of its journal.
  int starts = 0;              ///< More than one: shards that were merged.
  std::string journal_sha256;  ///< Of the file as it is.
  std::string kept_sha256;     ///< As it was when it was kept as a baseline; empty: never kept.
};
/// Reads a run folder, or one that `keep_baseline` made. Fails: HarnessError when there is no readable journal.
GateRun read_gate_run(const std::filesystem::path& folder, const std::string& name);

/// The one sentence that says why nothing can be compared with this run; empty when it can.
std::string why_unusable(const GateRun& run);

/// One build: the run of its suites, and further runs of blocks or of single tests on the same cluster.
struct GateSide {
  std::vector<GateRun> runs;  ///< The first has the inventory; never empty.
};

enum class ManifestClass {
  hard,     ///< Must be equal, unless declared or allowed.
  subject,  ///< What an upgrade changes: Exo, MLX.
  soft,     ///< A difference is worth telling.
  info,
};
struct ManifestDifference {
  std::string key, baseline, candidate;  ///< A value that is not known is empty.
  ManifestClass kind = ManifestClass::hard;
  bool declared = false;  ///< By `vary`.
  std::string allowed;    ///< The reason that was given for it; empty: none.
};

struct TestComparison {
  std::string suite, name;
  std::string outcome;  ///< `same`, `fixed`, `new_failure`, `new_known_fault`, `known_failure`, `changed_failure`,
                        ///< `new_flake`, …
  int baseline_failed = 0, baseline_runs = 0, candidate_failed = 0, candidate_runs = 0;
  std::string signature;  ///< Of the candidate's failure.
};

/// One metric of one model, placement and workload. Ratios above 1 are worse for the candidate.
struct PerformanceComparison {
  std::string model, placement, workload, metric;
  int concurrency = 1;
  bool primary = false;                     ///< It may fail the gate; else it only warns.
  std::vector<double> baseline, candidate;  ///< Block medians in order of time, in the metric's unit.
  GateVerdict verdict = GateVerdict::pass;
  int stage = 0;
  double ratio = 1, lower = 0, upper = 0;  ///< Bounds at 97.5 % below and 95 % above; 0 and infinite: none.
  double threshold = 0;                    ///< 1.05: worse by 5 %.
  double detectable = 0;                   ///< The slowdown that these blocks show in 8 of 10 cases, as a ratio.
  double p = 1;
  std::string why;
};

/// The same prompt on both builds.
struct AnswerComparison {
  std::string model, placement, prompt;
  std::string outcome;  ///< `identical`, `near_tie`, `real`, `other_prompt`, `insane`, `unsteady`.
  std::string what;
  int agreeing = 0;      ///< Tokens before the first difference.
  double max_delta = 0;  ///< Nats, over the agreeing tokens.
  std::string baseline_token, candidate_token;
  double baseline_margin = 0, candidate_margin = 0;  ///< Nats; infinite: the other's token is not in the list.
  std::string rows;                                  ///< Both lists of candidates, as text.
};

struct GateOptions {
  bool release = false;                           ///< Policy `release`: one flake or one real divergence is enough.
  std::vector<std::string> vary;                  ///< Keys under test; `node.*` is all that begin so.
  std::map<std::string, std::string> allow_diff;  ///< Key → reason.
  std::vector<std::string> expect_removed, expect_skipped;  ///< Patterns of tests.
  std::vector<QuarantineEntry> quarantine;
  std::string today;                 ///< `2026-11-29`, for what expires.
  std::vector<std::string> primary;  ///< Metrics that may fail the gate; empty: as the README says.
  double session_sd = 0;             ///< Of the logs of block medians, from a run against itself; widens thresholds.
  bool performance_expected = true;  ///< Without blocks on both sides nothing passes.
  std::optional<GateVerdict> inconclusive_as;
};

struct GateResult {
  GateVerdict verdict = GateVerdict::incomparable;
  std::string sentence;
  std::vector<GateReason> reasons;  ///< The gravest first; what only warns last.
  bool interleaved = false;
  std::vector<ManifestDifference> differences;
  std::vector<TestComparison> tests;
  std::vector<PerformanceComparison> performance;
  std::vector<AnswerComparison> answers;
  std::vector<std::string> not_tested;
  std::map<std::string, int> counts;  ///< Outcomes of tests, and `quarantined`, `invalid_blocks`.
  double detectable = 0;              ///< The largest of the primary metrics, as a ratio; 0: nothing was compared.
  GateOptions options;
};

/// The gate. A pure function: no clock, no files.
GateResult gate(const GateSide& baseline, const GateSide& candidate, const GateOptions& options);

}  // namespace exo_reports

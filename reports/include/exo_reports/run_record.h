#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/phase.h"
#include "exo_harness/core/verdict.h"
#include "exo_harness/journal/journal.h"

namespace exo_reports {

using exo_harness::Blame;
using exo_harness::Phase;
using exo_harness::Verdict;

/// Begin of the fact of a suite that names the tests of it that a selection left out, commas between:
/// `left_out.inference`.
inline constexpr std::string_view kLeftOutPrefix = "left_out.";

/// One run of one test, with all that was said about it.
struct TestRecord {
  std::string suite, name;  ///< `name` is GoogleTest's `Suite.Test`.
  std::string file;         ///< Relative to the repository; may be empty.
  int line = 0;
  std::string model, placement;
  Verdict verdict = Verdict::inconclusive;
  std::int64_t took_ms = 0;
  std::string started_utc;
  std::string reason;             ///< Why skipped, not run, hung or crashed; what was expected of an expected failure.
  bool ran = false;               ///< It was started.
  std::vector<Verdict> attempts;  ///< In order; more than one where the test was repeated. `verdict` is the gravest.
  std::vector<exo_harness::journal::TestFailure> failures;
  std::map<std::string, std::string> properties;
  std::vector<exo_harness::journal::DiagnosisMade> diagnoses;
  std::vector<exo_harness::journal::ExchangeDone> exchanges;  ///< Those that failed.
  std::string id;                                             ///< Anchor in the page: `t12`.
  std::int64_t order = 0;                                     ///< Place of its last record in the journal; also below.
};

struct SuiteRecord {
  std::string name, started_utc;
  std::int64_t took_ms = 0;
  bool ended = false, timed_out = false;
  int exit_code = 0, signal = 0;
  std::string trouble;
  std::int64_t order = 0;
  std::vector<TestRecord> tests;  ///< In order of start; those that never ran last.
};

/// One step with a deadline.
struct PhaseRecord {
  std::optional<Phase> phase;
  std::string model, placement;
  std::string test;  ///< The test it happened in; empty outside of tests.
  bool ended = false, ok = false;
  std::int64_t took_ms = 0, limit_ms = 0;
  std::optional<exo_harness::FailureKind> failure_kind;
  std::string failure, evidence;
  std::int64_t order = 0;
};

struct ProcessRecord {
  std::string name;
  std::int64_t pid = 0;
  std::vector<std::string> command;
  bool exited = false, asked = false;  ///< `asked`: a signal was sent to it, or the run was stopping.
  int exit_code = 0, signal = 0;
  std::int64_t order = 0;
};

struct TroubleRecord {
  exo_harness::journal::Trouble trouble;
  std::int64_t order = 0;
};

/// Why a run is not green; in order of time, the first cause first.
struct Reason {
  Verdict verdict = Verdict::failed;
  std::string subject;  ///< Test, suite, phase or process.
  std::string what;     ///< One line.
  std::string cause, remedy;
  std::string anchor;  ///< Of the test in the page; may be empty.
  std::int64_t order = 0;
};

struct Judgement {
  Verdict verdict = Verdict::inconclusive;
  exo_harness::ExitCode exit_code = exo_harness::ExitCode::inconclusive;
  std::string answer;    ///< What became of the model under trial, of `run --fallback`; else empty. Stands first.
  std::string sentence;  ///< The answer in words: `FAILED: 2 of 87 tests failed, 3 skipped`.
  std::vector<Reason> reasons;
  std::map<Verdict, int> counts;  ///< Of tests.
};

/// A run as its journal tells it: all that a report may show.
struct RunRecord {
  std::string run_id, version, host, started_utc, ended_utc;
  std::vector<std::string> command;
  std::map<std::string, std::string> settings, facts;
  std::int64_t took_ms = 0;
  bool started = false, ended = false;
  int ended_exit_code = 0;
  std::string ended_reason;
  bool torn_tail = false;
  std::vector<std::string> journal_trouble;
  std::vector<SuiteRecord> suites;
  std::map<std::string, std::vector<std::string>> left_out;  ///< By suite: tests that a selection left out.
  std::vector<PhaseRecord> phases;
  std::vector<ProcessRecord> processes;
  std::vector<exo_harness::journal::NodeSeen> nodes;  ///< The last that was seen of each.
  std::vector<exo_harness::journal::EdgeSeen> edges;
  std::vector<exo_harness::journal::PredictionSeen> predictions;
  std::vector<exo_harness::journal::StrategyTried> strategies;  ///< The last of each model.
  std::vector<exo_harness::journal::BlockMeasured> blocks;      ///< As they were measured.
  std::vector<exo_harness::journal::AnswerKept> answers;        ///< As they came.
  std::vector<exo_harness::journal::DiagnosisMade> diagnoses;   ///< Of the run; those of a test are with it.
  std::vector<exo_harness::journal::Finding> findings;
  std::vector<TroubleRecord> troubles;
  std::vector<exo_harness::journal::CleanUpDone> clean_ups;
  std::vector<exo_harness::journal::LogFile> logs;
  std::int64_t strategy_order = 0;                    ///< Place of the last strategy in the journal.
  std::vector<exo_harness::journal::Record> history;  ///< State changes, in order.
  Judgement judgement;
};

/// The model of a run, judged. A pure function; takes any prefix of any journal.
RunRecord build_run_record(const exo_harness::journal::Transcript& transcript);

/// The verdict over all. Never `passed` without an end of the run, after a signal or crash, with records lost, or with
/// processes left behind. `build_run_record` has called it already.
Judgement judge(const RunRecord& run);

}  // namespace exo_reports

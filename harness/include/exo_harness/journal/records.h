#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "exo_harness/core/phase.h"
#include "exo_harness/core/verdict.h"

namespace exo_harness::journal {

// The vocabulary of a run. Each struct is one kind of record; `kEvent` is its name in the file. The schema, with units,
// is reports/README.md. A reader keeps kinds it does not know as Unknown, and reads a word that it does not know, of
// a verdict or a phase, as nothing.

struct RunStarted {
  static constexpr const char* kEvent = "run.started";
  std::string run_id, version, host;
  std::vector<std::string> command;
  std::map<std::string, std::string> settings;  ///< Seeds, limits, selections.
};
struct RunEnded {
  static constexpr const char* kEvent = "run.ended";
  int exit_code = 0;
  std::string reason;
};
/// A fact for the manifest: versions, hosts, hashes.
struct Fact {
  static constexpr const char* kEvent = "fact";
  std::string key, value;
};
struct PhaseStarted {
  static constexpr const char* kEvent = "phase.started";
  std::optional<Phase> phase;
  std::string model, placement;  ///< Of phases of an instance: fixture or Exo id, short name of the mode.
  std::int64_t limit_ms = 0;
};
struct PhaseEnded {
  static constexpr const char* kEvent = "phase.ended";
  std::optional<Phase> phase;
  std::string model, placement;
  bool ok = false;
  std::int64_t took_ms = 0;
  std::optional<FailureKind> failure_kind;  ///< Nothing when ok.
  std::string failure, evidence;
};
struct ProcessStarted {
  static constexpr const char* kEvent = "process.started";
  std::string name;
  std::int64_t pid = 0;
  std::vector<std::string> command;
};
struct ProcessExited {
  static constexpr const char* kEvent = "process.exited";
  std::string name;
  std::int64_t pid = 0;
  int exit_code = 0, signal = 0;  ///< `signal` not 0: it ended the process.
};
/// Written before the signal is sent.
struct SignalSent {
  static constexpr const char* kEvent = "signal.sent";
  std::string target;  ///< Name of a process; `suite:<name>`: what it ends there is our doing, no crash.
  std::int64_t pid = 0;
  int signal = 0;
  std::string reason;
};
/// A node of the cluster under test.
struct NodeSeen {
  static constexpr const char* kEvent = "node.seen";
  std::string id, api, name, generation, chip, os;
  std::uint64_t ram_total = 0, ram_available = 0;
};
/// A directed edge.
struct EdgeSeen {
  static constexpr const char* kEvent = "edge.seen";
  std::string source, sink, kind, detail;  ///< `kind`: socket, rdma.
};
/// The watcher saw a part of `/state` change.
struct StateChange {
  static constexpr const char* kEvent = "state.change";
  std::string part;      ///< `runner`, `instance`, `node`, `edge`, `download`, `task`, `api`, `view`.
  std::string subject;   ///< Id, or `source>sink`.
  std::string from, to;  ///< States; empty: not there.
  std::string detail;    ///< RunnerFailed text, tag, mode.
  std::string instance;  ///< Of a runner: its instance.
  int rank = -1;
  std::string node;

  /// Whether a runner failed; `detail` is what it said. The one place that knows how Exo spells it.
  bool is_runner_failure() const { return part == "runner" && to.starts_with(kRunnerFailed); }
  static constexpr const char* kRunnerFailed = "RunnerFailed";
};
struct ExchangeDone {
  static constexpr const char* kEvent = "exchange";
  std::string test, method, url;
  int status = 0;
  std::int64_t took_us = 0;
  std::uint64_t response_bytes = 0;
  std::optional<FailureKind> failure_kind;  ///< Nothing when all was well.
  std::string failure;
  int token_events = -1;                    ///< Of a stream of a chat: those that came; -1: of anything else.
  std::string request_body, response_body;  ///< Kept for failed ones; else empty.
};
/// A log of a node or of the start script, inside the run folder.
struct LogFile {
  static constexpr const char* kEvent = "log.file";
  std::string node, path, kind;  ///< `path` relative to the run folder; `kind`: exo, stdout, script.
};
struct SuiteStarted {
  static constexpr const char* kEvent = "suite.started";
  std::string suite;
  std::vector<std::string> planned;  ///< `Suite.Test` names of all that will run.
};
struct SuiteEnded {
  static constexpr const char* kEvent = "suite.ended";
  std::string suite;
  int exit_code = 0, signal = 0;
  bool timed_out = false;
  std::string trouble;  ///< Why it could not run; empty when it ran.
};
struct TestStarted {
  static constexpr const char* kEvent = "test.started";
  std::string suite, test;  ///< `test` is GoogleTest's `Suite.Test`.
  std::string file;         ///< Relative to the repository.
  int line = 0;
  std::string model, placement;  ///< Parameters; empty when there are none.
};
struct TestFailure {
  std::string file;
  int line = 0;
  std::string message;
};
struct TestEnded {
  static constexpr const char* kEvent = "test.ended";
  std::string suite, test;
  std::optional<Verdict> result;
  std::optional<FailureKind> failure_kind;  ///< Of the first failure of the cluster that the test met; may be nothing.
  std::string failure;                      ///< What that failure says, without what was expected of it.
  std::int64_t took_ms = 0;
  std::string skip_reason;
  std::string expectation;  ///< Of `expected_failure` and `unexpected_pass`: the signature or reason expected.
  std::vector<TestFailure> failures;
  std::map<std::string, std::string> properties;  ///< Numbers worth keeping: `ttft_ms`.
};
/// A watchdog found a test or a phase past its limit; written before anything is killed.
struct WatchdogFired {
  static constexpr const char* kEvent = "watchdog.fired";
  std::string suite, test;     ///< `test` empty: the whole suite.
  std::optional<Phase> phase;  ///< What was going on, as far as known.
  std::int64_t limit_ms = 0;
  std::string evidence;
};
/// What a process of the cluster on this machine was doing when something hung.
struct ProcessLooked {
  static constexpr const char* kEvent = "process.looked";
  std::int64_t pid = 0;
  int rank = -1;
  bool is_runner = true;             ///< Else the process of a node.
  std::string node, command, state;  ///< `state`: a letter as `ps` spells it.
  int cpu_percent = -1;              ///< 100 = one core; -1: not known.
  std::string stack, no_stack;       ///< One of both: the stack, or why there is none.
};
/// What was predicted of a placement and what came.
struct PredictionSeen {
  static constexpr const char* kEvent = "prediction";
  std::string model, placement;
  std::string predicted, reason;  ///< `works`, `fails`, `unknown`.
  std::string seen, detail;       ///< `works`, `fails`, `not_tried`, `unknown` (it runs; the answers decide).
  std::string basis;              ///< What it stands on: `by fixture`, `by rule`, `rehearsed`, `unknown`; may be empty.
};
/// What the model under trial came to in one placement.
struct PlacementTried {
  std::string placement;
  std::string outcome;  ///< As of `StrategyTried`.
  std::string why;      ///< The evidence in one line; empty when it works.
  bool as_expected = false;
};
/// What trying a model, and then its fallback, came to. A later one of the same model takes the place of an earlier.
struct StrategyTried {
  static constexpr const char* kEvent = "strategy";
  std::string model;
  std::string outcome;  ///< `works`, `not_found`, `not_supported`, `placement_refused`, `load_failed`, `hang`,
                        ///< `wrong_answers`, `no_answer`, `not_tried`.
  std::string why;
  std::string fallback;
  std::string fallback_fit;  ///< Of the cluster with the fallback: `not_needed`, `fit`, `unfit`, `unknown`.
  bool as_expected = false;  ///< Each failure came as the fixture says.
  std::vector<PlacementTried> placements;
  std::string answer;  ///< All of it in one sentence.
};
/// A measured block: one fresh placement, its warm-ups, then requests that count. The block is the sample of every
/// comparison: requests within one are not independent.
struct BlockMeasured {
  static constexpr const char* kEvent = "block.measured";
  std::string suite, test, model, placement;
  std::string workload;  ///< What was asked, as an id that stays the same between runs: `chat-p64-o32`.
  int concurrency = 1;
  int block = 0;                                       ///< Counts from 0 for each model, placement and workload.
  std::map<std::string, double> metrics;               ///< Of the block, mostly medians: `ttft_ms`, `generation_tps`.
  std::map<std::string, std::vector<double>> samples;  ///< Raw, one value a request, in order of sending.
  int requests = 0, failed = 0, warm_ups = 0;          ///< `requests` that count, of those `failed`.
  bool valid = true;                                   ///< By rules fixed before the run, never by its result.
  std::string why_invalid;
};
/// One token of a kept answer; logprobs in nats.
struct AnswerToken {
  std::string text;
  double logprob = 0;
  std::vector<std::string> top;      ///< The candidates, the best first,
  std::vector<double> top_logprobs;  ///< and theirs.
};
/// An answer that two builds are compared by: greedy, alone on the instance, without prefix cache.
struct AnswerKept {
  static constexpr const char* kEvent = "answer.kept";
  std::string suite, test, model, placement;
  std::string prompt;  ///< An id that stays the same between runs.
  int attempt = 0;     ///< Counts from 0 where the same is asked again.
  std::string text, finish_reason;
  int prompt_tokens = 0;
  std::vector<AnswerToken> tokens;
};
struct DiagnosisMade {
  static constexpr const char* kEvent = "diagnosis";
  std::string test;
  std::optional<Blame> blame;
  std::optional<Verdict> verdict;
  std::optional<Phase> phase;
  std::string node, signature, cause, remedy, confidence;
  int rank = -1;
  std::vector<std::string> evidence;
};
struct CleanUpDone {
  static constexpr const char* kEvent = "cleanup";
  int targets = 0, terminated = 0, killed = 0;
  std::int64_t took_ms = 0;
  std::vector<std::string> survivors;
  std::string
      reason;  ///< `asked`, or what the supervisor saw: `harness gone`, `harness silent`, `time limit`, `leash lost`.
};
/// A known or new finding about the product, with its evidence.
struct Finding {
  static constexpr const char* kEvent = "finding";
  std::string id, title, versions, evidence;
};
/// Our own trouble: a full disk, a report that could not be written.
struct Trouble {
  static constexpr const char* kEvent = "trouble";
  std::string what, advice;
  std::optional<Blame> blame;  ///< `harness` or `environment`.
  bool warning = false;        ///< Worth telling, but the verdict does not depend on it.
};
/// A kind that this version does not know; `json` is the whole line.
struct Unknown {
  static constexpr const char* kEvent = "unknown";
  std::string event, json;
};

using Body = std::variant<RunStarted, RunEnded, Fact, PhaseStarted, PhaseEnded, ProcessStarted, ProcessExited,
                          SignalSent, NodeSeen, EdgeSeen, StateChange, ExchangeDone, LogFile, SuiteStarted, SuiteEnded,
                          TestStarted, TestEnded, WatchdogFired, ProcessLooked, PredictionSeen, StrategyTried,
                          BlockMeasured, AnswerKept, DiagnosisMade, CleanUpDone, Finding, Trouble, Unknown>;

/// A record with what every record has.
struct Record {
  std::string writer;         ///< Who wrote it: `harness`, `suite:inference`, `leash`.
  std::int64_t sequence = 0;  ///< Counts from 0 for each writer, without gaps.
  std::int64_t t_ns = 0;      ///< Monotonic clock of the machine.
  std::string utc;
  Body body;
};

}  // namespace exo_harness::journal

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/core/outcome.h"
#include "exo_harness/core/phase.h"
#include "exo_harness/diagnose/signature/log_scan.h"
#include "exo_harness/journal/records.h"
#include "exo_harness/process/sample.h"

namespace exo_harness::diagnose {

/// The phase that did not end well, as the caller saw it.
struct FailedPhase {
  std::optional<Phase> phase;
  FailureKind kind = FailureKind::timed_out;
  std::string what, evidence;  ///< Of the Failure.
  std::chrono::milliseconds limit{0}, took{0};
};

/// A change of `/state`, and when the watcher saw it.
struct TimedChange {
  std::int64_t t_ns = 0;
  journal::StateChange change;
};

/// A process of the cluster that ended.
struct ProcessExit {
  std::string name, node;
  int rank = -1;
  int exit_code = 0, signal = 0;
  bool expected = false;  ///< We asked for it.
};

/// An answer of the API that was no answer.
struct ApiFailure {
  FailureKind kind = FailureKind::refused;
  int status = 0;
  std::string what, body, node;
};

/// All that is known of one failure. Whoever fills it need not judge: that is `diagnose`.
struct CaseFile {
  std::optional<FailedPhase> failed;  ///< Nothing: nothing failed.
  std::vector<TimedChange> history;   ///< In order; from before the placement until after the failure.
  std::vector<ApiFailure> api_failures;
  std::vector<ProcessExit> exits;
  std::vector<NodeLog> logs;                      ///< Of the time of the case only.
  std::vector<std::string> script_output;         ///< Last lines of the start script.
  std::vector<process::ProcessSample> processes;  ///< What local runners were doing while it hung.
  std::vector<std::string> instance_nodes;        ///< Node of each rank, by rank; may be empty.
};

}  // namespace exo_harness::diagnose

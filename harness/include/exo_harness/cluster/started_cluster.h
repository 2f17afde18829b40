#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "exo_harness/cluster/cluster.h"
#include "exo_harness/core/error.h"
#include "exo_harness/journal/run_logs.h"
#include "exo_harness/process/supervised_script.h"

namespace exo_harness::cluster {

struct BringUpOptions {
  std::filesystem::path supervisor;  ///< The exo-leash binary.
  std::filesystem::path run_folder;  ///< Gets `start.log` and `logs/`.
  std::string run_id;
  std::optional<std::chrono::milliseconds> hard_limit;  ///< However it goes, the supervisor ends the cluster then.
  std::function<bool()> interrupted;  ///< Asked at each look; true gives up and takes everything down.
  std::function<bool()> user_stops;   ///< Asked at the end; true: that it needed SIGKILL is not held against it.
  std::function<bool()> hurry;        ///< Asked while it is taken down; true: SIGKILL now, no more waiting.
  RdmaEdges rdma = RdmaEdges::mutual;
};

/// The start script ended before there was a cluster. Its output and the nodes' logs may say why.
class ScriptEnded : public HarnessError {
 public:
  using HarnessError::HarnessError;
};

/// A cluster that we started by its start script and will stop.
///
/// The script gets the spec's environment and EXO_HARNESS_RUN_ID, EXO_HARNESS_NODES, EXO_HARNESS_LOG_DIR (`logs` of the
/// run folder), and runs under the supervisor. `journal` and `progress` must live longer. Threads: one at a time. The
/// destructor stops what is left.
class StartedCluster {
 public:
  /// Phases start, api, discovery, each with its limit and a line of progress.
  /// Fails as a value when the cluster did not come up as it must; then everything is stopped again.
  /// Throws HarnessError when the script cannot be used: missing, not executable, or the port is taken (by whom, if
  /// known), and ScriptEnded when it ended at once; nothing is left running.
  static Outcome<StartedCluster> bring_up(const ClusterSpec& spec, const BringUpOptions& options,
                                          journal::Journal& journal, Progress& progress);
  StartedCluster(StartedCluster&&) noexcept;
  StartedCluster& operator=(StartedCluster&&) noexcept;
  ~StartedCluster();

  Cluster& cluster();
  process::SupervisedScript& script();
  /// Why the supervisor has ended it of its own accord; empty while it has not. Cheap.
  std::string why_over();
  /// Stops it (phase stop), waits until no API answers any more, collects the logs.
  /// Fails: `timed_out` with the APIs that still answer, the processes that survived, or how many had to be killed.
  Outcome<process::CleanUp> stop();
  /// Leaves it up on purpose. Result: what to type to end it.
  std::string keep_up();

 private:
  struct Impl;
  explicit StartedCluster(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Brings the node logs of a run together: journals a LogFile for each file below `logs/` of the run folder and for
/// `start.log` and `stop.log`, after copying the spec's `log_files` there. Secrets are taken out of those that have
/// ended. A log that cannot be read is a warning in the journal.
void collect_logs(const ClusterSpec& spec, const std::filesystem::path& run_folder, journal::Journal& journal,
                  journal::LogState state = journal::LogState::ended);

}  // namespace exo_harness::cluster

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "exo_harness/cluster/placement_follower.h"
#include "exo_harness/cluster/spec.h"
#include "exo_harness/cluster/watcher.h"
#include "exo_harness/cluster/wholeness.h"
#include "exo_harness/core/clock.h"
#include "exo_harness/core/outcome.h"
#include "exo_harness/core/progress.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/exo/placement.h"
#include "exo_harness/exo/state.h"

namespace exo_harness::journal {
class Journal;
}

namespace exo_harness::cluster {

/// A node of a cluster that is up.
struct Node {
  std::string id;
  std::string api;   ///< Base URL.
  std::string name;  ///< Friendly name; may repeat.
  exo::Generation generation = exo::Generation::unknown;
};

/// How long one phase took.
struct PhaseTime {
  Phase phase = Phase::place;
  std::chrono::milliseconds took{0};
};

/// A placement that became ready.
struct PlacedInstance {
  exo::Instance instance;
  exo::Mode mode;                 ///< Proven from state.
  std::vector<PhaseTime> phases;  ///< place, connect, load, warm-up. A phase shorter than a sample took 0.
  int restarts = 0;               ///< How often Exo had to restart its runners.
};

/// A node whose API gave no answer.
struct SilentNode {
  std::string id, api;
  std::string why;  ///< `the connection opens, but there was no answer within 900 ms`.
};

/// How long a node may take to say who it is, so that a verdict still comes within a second of its deadline.
inline constexpr milliseconds kSilence{900};

/// A process of the cluster on this machine.
struct LocalProcess {
  pid_t pid = 0;
  std::string node;        ///< Node id.
  bool is_runner = false;  ///< Else the node itself.
};

/// How the last placement went, also when it failed.
struct PlacementReport {
  std::string model_id;
  exo::Mode asked;
  std::optional<exo::Mode> proven;    ///< Nothing when no instance showed, or it contradicts itself.
  std::vector<PhaseTime> phases;      ///< Those that ended well.
  std::optional<Phase> failed_phase;  ///< Nothing: it became ready.
  std::vector<exo::RunnerFailure> runner_failures;
  int restarts = 0;
  std::string instance_id;  ///< Empty: none showed.
};

/// What is known of why a cluster is not whole, beyond what its own views lack.
struct Insight {
  std::string what;                     ///< A sentence; empty: nothing.
  std::string evidence;                 ///< Lines; may be empty.
  std::optional<FailureKind> hopeless;  ///< Waiting does not change it, and this is what it is.
};

struct AttachOptions {
  bool record = true;  ///< Journal the phases, nodes and edges. Off in suites: whoever brought it up has done so.
  std::function<void(const exo::Exchange&)> on_exchange;  ///< Of the clients of `client()`.
  std::function<std::optional<Failure>()> give_up;        ///< Asked at each look; a failure ends the waiting.
  /// Gets the id of what `place` places as soon as it shows, long before it is ready.
  std::function<void(const std::string&)> on_placed;
  /// Asked at most once a second while the cluster is not whole, to answer until then; may be empty.
  std::function<Insight(Deadline)> insight;
  RdmaEdges rdma = RdmaEdges::mutual;
  /// What it means that no connection to an address comes about: `unreachable`, it was there and is lost; `unfit`, it
  /// is not there and somebody else was to see to that; `timed_out`, what we started does not come up.
  FailureKind no_connection = FailureKind::unreachable;
};

/// A cluster that is up: every node sees every other one.
///
/// What the cluster does is a value; a start script that cannot be used throws HarnessError.
/// Once the watcher runs, generations of `client` end early when /state says that they cannot be answered
/// (request_liveness.h). Threads: one at a time, but for `client`.
class Cluster {
 public:
  /// Connects to a running cluster and waits until it is whole: phases `api` and `discovery`. Never starts or stops
  /// anything. Fails: what was missing when the limit was over; UsageError when something that is not Exo answers.
  static Outcome<Cluster> attach(const ClusterSpec& spec, journal::Journal& journal, Progress& progress,
                                 AttachOptions options = {});
  Cluster(Cluster&&) noexcept;
  Cluster& operator=(Cluster&&) noexcept;
  ~Cluster();

  const ClusterSpec& spec() const;
  const std::vector<Node>& nodes() const;
  exo::Generation generation() const;
  /// The client of node `index`; 0 is the one that is asked by default.
  exo::Client& client(std::size_t index = 0);
  /// `/state` as node 0 sees it.
  Outcome<exo::State> state();
  /// The same; what `foreign_since` saw at most `age` ago counts, once: between two tests nothing has changed.
  Outcome<exo::State> state_since(milliseconds age);
  /// Waits until the cluster is whole (wholeness.h) as every API sees it. Afterwards `nodes` is up to date.
  /// Fails: timed_out with what was missing.
  Outcome<exo::State> wait_until_whole(Deadline deadline);
  /// Samples `/state` and journals what changes; begun by the first call, then running until the end.
  Watcher& watcher();

  /// `action` is called when a placement hangs, before what was placed is deleted: the moment to look at its processes.
  void on_hang(std::function<void()> action);
  /// Asks every API at once who it is, and journals those that do not answer within `limit`. An API that opens the
  /// connection and says nothing counts only if another one answered: this machine may be the slow one.
  std::vector<SilentNode> silent_nodes(milliseconds limit);
  /// Its nodes that run on this machine, and their runners; at most 16 of each. For looking at only.
  std::vector<LocalProcess> local_processes() const;
  /// What runners of an instance said when they failed, from the events of the master, also what stood in /state too
  /// short to be seen. Empty when nothing failed or the events could not be read.
  std::vector<exo::RunnerFailure> failures_by_events(const std::string& instance_id);
  /// The same, and journals it.
  std::vector<exo::RunnerFailure> look_back(const std::string& instance_id);

  /// Places a model and follows it through its phases, each with its limit, until each rank is ready. Fails as `unfit`
  /// beside another instance of that model, which might answer in its place (foreign_instance.h). A refusal has Exo's
  /// own reason. On failure the Failure begins with the phase, names the rank, carries RunnerFailed texts that
  /// Exo has deleted since, and what was placed is deleted again.
  Outcome<PlacedInstance> place(const std::string& model_id, const exo::Mode& mode);
  /// Counts an instance that a request of a test's own made as placed by us.
  void take_as_ours(const std::string& instance_id);
  /// Whether that is what we placed, be it deleted since or not.
  bool is_ours(const std::string& instance_id) const;
  /// Instances that others made of models that `place` was asked for, and that may have been there at some time since
  /// `since`, as looks at `/state` tell, one of them now: what was answered in that time may have come from them.
  std::vector<exo::Instance> foreign_since(Clock::time_point since);
  /// The same since the first `place`, as the master's events tell, which know also of those that came and went between
  /// two looks. Empty when the events cannot be read within 0.9 s, as on a cluster that is old (contract 3).
  std::vector<exo::Instance> foreign_in_events();
  /// How the last `place` went.
  const PlacementReport& last_placement() const;
  /// Deletes the instance and waits until no API shows it, but for nodes that left or were found silent. (Entries of
  /// its runners may stay in any state: contract 5.3.)
  Outcome<Done> remove(const std::string& instance_id);

  struct Impl;

 private:
  explicit Cluster(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace exo_harness::cluster

#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/cluster/spec.h"
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
  std::string phase;
  std::chrono::milliseconds took{0};
};

/// A placement that became ready.
struct PlacedInstance {
  exo::Instance instance;
  exo::Mode mode;                 ///< Proven from state.
  std::vector<PhaseTime> phases;  ///< place, connect, load, warm-up.
};

/// A cluster that is up: every node sees every other one.
///
/// What the cluster does is a value; a start script that cannot be used throws HarnessError.
/// Threads: one at a time, but for `client`.
class Cluster {
 public:
  /// Connects to a running cluster and waits until it is whole. Never starts or stops anything.
  static Outcome<Cluster> attach(const ClusterSpec& spec, journal::Journal& journal, Progress& progress);
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
  /// Waits until all nodes are there, edges are complete both ways and every API shows the same.
  Outcome<exo::State> wait_until_whole(Deadline deadline);

  /// Places a model and follows it through its phases until each rank is ready. On failure, the Failure names phase and
  /// rank, and carries RunnerFailed texts that Exo has deleted since.
  Outcome<PlacedInstance> place(const std::string& model_id, const exo::Mode& mode);
  /// Deletes the instance and waits until it and its runners are gone.
  Outcome<Done> remove(const std::string& instance_id);

 private:
  struct Impl;
  explicit Cluster(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace exo_harness::cluster

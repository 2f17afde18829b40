#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/cluster/cluster.h"
#include "exo_harness/exo/mode.h"
#include "exo_harness/trial/trial.h"

#include "rdma/rdma_preflight.h"
#include "rdma/rdma_steps.h"

namespace exo_harness::tools {

/// What is to be validated, and how often.
struct RdmaPlan {
  PreflightQuestion preflight;
  exo::Mode mode{exo::Sharding::tensor, exo::Comm::mlx_jaccl, 2};
  std::string question = "What is 2+2?";
  int repeat = 20;
  bool anyway = false;  ///< Place although the preflight says that it cannot work.
};

/// A failure that the command found by itself, certain, and the product's.
diagnose::Diagnosis found_by_us(Phase phase, std::string cause, std::string remedy);
/// The begin of an answer, for one line.
std::string in_quotes(std::string_view answer);
std::vector<exo::Edge> rdma_edges(const exo::State& state);

/// Tensor parallelism over JACCL on a cluster that is up, step by step; stops at the first step that makes the next
/// ones senseless. Threads: one at a time.
class RdmaValidation {
 public:
  /// `between`: called between two steps and answers, and may throw.
  RdmaValidation(RdmaPlan plan, cluster::Cluster& cluster, trial::Trials& trials, RdmaSteps& steps,
                 std::function<void()> between);

  /// Every step but the clean-up.
  void run();
  /// Deletes what we placed and is still there. nullopt: all is gone.
  std::optional<Failure> clean_up();

 private:
  bool preflight();
  bool one_node();
  bool device_matrix();
  bool place();
  void show_phases(const trial::TrialResult& trial);
  diagnose::Diagnosis why_not_placed(const trial::TrialResult& trial) const;
  void answers();
  bool first_answer();
  void compare();
  void repeat();
  void fail(const std::string& seen, diagnose::Diagnosis why);
  void fail_answer(const std::string& seen, const diagnose::FailedPhase& failed);
  std::string name_of(const std::string& node) const;
  std::string with_names(std::string text) const;
  std::string lost_rdma_edges();

  RdmaPlan plan_;
  cluster::Cluster& cluster_;
  trial::Trials& trials_;
  RdmaSteps& steps_;
  std::function<void()> between_;
  std::vector<exo::Edge> edges_;              // RDMA edges at the begin.
  std::optional<trial::TrialResult> placed_;  // Not ended yet.
  std::string single_, jaccl_;
};

}  // namespace exo_harness::tools

#pragma once

#include <optional>
#include <string>

#include "exo_harness/cluster/spec.h"
#include "exo_harness/cluster/view_watch.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/journal/journal.h"

#include "app/run_folder.h"
#include "app/run_frame.h"
#include "app/run_options.h"
#include "cluster/bring_up.h"
#include "rdma/rdma_screen.h"
#include "rdma/rdma_steps.h"
#include "rdma/rdma_validation.h"

namespace exo_harness::tools {

/// Options of `exo-harness rdma`.
struct RdmaOptions : ClusterOptions {
  std::string out, local_answers, exo;
  int repeat = 20;
  int limit_seconds = 0;  ///< Of each phase of a placement and of an answer; 0: those of the spec.
  int settle_seconds = 20;
  int rehearsal_limit_seconds = 20;
  bool anyway = false, json = false;
};

/// One `exo-harness rdma`: up, the steps, down, journal, reports. Whatever goes wrong on the way, what was started is
/// stopped and the journal gets its end.
class RdmaSession {
 public:
  /// `spec` is chosen and checked. Fails: HarnessError when the run folder cannot be made.
  RdmaSession(const RdmaOptions& options, cluster::ClusterSpec spec);

  /// Runs it all and prints the verdict.
  ExitCode run();

 private:
  class Guard;
  class ScreenProgress;
  void begin();
  RdmaPlan plan_for(const cluster::Cluster& cluster) const;
  bool bring_up_cluster(Progress& progress);
  void validate();
  /// Throws Interrupted when the user wants to stop and nothing is being cleaned up.
  void give_way() const;
  void clean_up(RdmaValidation& validation);
  RunEnding guarded();
  ExitCode report();

  const RdmaOptions& options_;
  cluster::ClusterSpec spec_;
  RdmaScreen screen_;
  RunFolder run_;
  journal::Journal journal_;
  UpCluster up_;
  std::optional<cluster::ViewWatch> views_;  // While it is up.
  std::optional<RdmaSteps> steps_;
  bool cleaning_ = false;
  std::string subject_;  // Of which the verdict speaks.
};

}  // namespace exo_harness::tools

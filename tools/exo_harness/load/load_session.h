#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exo_harness/cluster/spec.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/model/fixture/fixture.h"

#include "app/live_view.h"
#include "app/run_folder.h"
#include "app/run_frame.h"
#include "cluster/bring_up.h"
#include "load/load_bench.h"
#include "load/load_options.h"
#include "load/roofline.h"

namespace exo_harness::tools {

/// What one load came to, for whoever tells of it.
struct LoadTold {
  std::string model, placement, workload;
  std::optional<load::LoadResult> result;
  std::vector<load::RampLevel> levels;  ///< Of a ramp, in place of `result`.
  std::vector<Failure> broken;
  std::string skipped;   ///< Why it was not sent.
  std::string roofline;  ///< What part of the memory's speed one stream had; empty: nothing can be claimed.
};

/// One `exo-harness load`: up, place, measure, delete, down; each load is a test of the suite `load` in the journal,
/// with its block. Whatever goes wrong on the way, what was started is stopped and the journal gets its end.
class LoadSession {
 public:
  /// `spec` is chosen and checked. Fails: HarnessError when the run folder cannot be made.
  LoadSession(const LoadOptions& options, cluster::ClusterSpec spec);

  /// Runs it all and prints what it came to.
  ExitCode run();

 private:
  void begin();
  void all_placements();
  void of_placement(const model::FixtureModel& model, const std::string& placement);
  void as_it_is();
  void all_workloads(LoadBench& bench, const LoadTarget& target, LoadTold told);
  void one_load(LoadBench& bench, const LoadTarget& target, LoadTold told, int prompt_tokens, bool with_key);
  void look_at_memory(LoadTold& told) const;
  void keep(const LoadTold& told, bool is_exo, std::int64_t took_ms);
  RunEnding guarded();
  ExitCode tell();
  load::LoadWatch watch();

  const LoadOptions& options_;
  cluster::ClusterSpec spec_;
  LiveView view_;
  RunFolder run_;
  journal::Journal journal_;
  UpCluster up_;
  std::vector<LoadTold> told_;
  std::optional<Roofline> roofline_;  // Of what is placed.
  std::string no_roofline_;
};

}  // namespace exo_harness::tools

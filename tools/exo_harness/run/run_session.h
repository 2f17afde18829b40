#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/cluster/spec.h"
#include "exo_harness/cluster/view_watch.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/trial/model_trial.h"
#include "exo_harness/trial/test_diagnoser.h"

#include "app/live_view.h"
#include "app/run_folder.h"
#include "app/run_options.h"
#include "cluster/bring_up.h"
#include "run/strategy_choice.h"
#include "run/suite_runner.h"

namespace exo_harness::tools {

/// One `exo-harness run`: up, suites, down, and all of it in the journal. Reports come after it.
///
/// Whatever goes wrong on the way, what was started is stopped and the journal gets its end.
class RunSession {
 public:
  /// `spec`, `suites` and `strategy` are chosen and checked. Fails: HarnessError when the run folder cannot be made.
  RunSession(const RunOptions& options, cluster::ClusterSpec spec, std::vector<std::string> suites,
             std::optional<StrategyChoice> strategy, LiveView& view);
  ~RunSession();

  /// Runs it all.
  void run();
  const RunFolder& folder() const { return run_; }
  /// What to type to end a cluster that was left up on purpose; empty: it is down.
  const std::string& how_to_end() const { return how_to_end_; }

 private:
  class PhaseProgress;
  void begin();
  bool bring_up_cluster();
  void select_models(const std::vector<std::string>& models);
  void run_all();
  void make_way(const std::vector<SuiteStep>& steps);
  void rehearse(const std::vector<SuiteStep>& steps);
  void run_suites(const std::vector<SuiteStep>& steps);
  void look_again();
  std::vector<SuiteStep> plan();
  std::vector<SuiteStep> plan_of_model(const std::string& model_id);
  void try_strategy();
  void record_untried(const std::string& why);
  void bring_down();
  SuiteRunner& runner();
  std::string why_stop();

  const RunOptions& options_;
  cluster::ClusterSpec spec_;
  std::vector<std::string> suites_;
  std::optional<StrategyChoice> strategy_;
  int tests_expected_ = 0;
  LiveView& view_;
  RunFolder run_;
  journal::Journal journal_;
  trial::TestsSeen tests_;  // Of the whole run; only with a fallback.
  std::unique_ptr<trial::TestDiagnoser> diagnoser_;
  std::unique_ptr<SuiteRunner> runner_;
  std::unique_ptr<PhaseProgress> phases_;  // The cluster tells it of its phases until it is down.
  UpCluster up_;
  std::optional<cluster::ViewWatch> views_;  // While it is up.
  std::string how_to_end_;
};

}  // namespace exo_harness::tools

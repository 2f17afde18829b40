#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exo_harness/cluster/cluster.h"
#include "exo_harness/diagnose/cause/diagnose.h"
#include "exo_harness/diagnose/signature/signature.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/trial/evidence_records.h"
#include "exo_harness/trial/node_logs.h"

namespace exo_harness::trial {

/// What one placement with one question came to.
struct TrialResult {
  bool worked = false;
  std::string answer;
  std::vector<cluster::PhaseTime> phases;
  exo::Instance instance;
  diagnose::CaseFile file;
  diagnose::Diagnosis diagnosis;  ///< `passed` when it worked.
};

/// What one question came to.
struct Answered {
  std::optional<diagnose::FailedPhase> failed;  ///< Nothing: it was answered.
  std::string text;
  milliseconds took{0};
};

/// Tries placements on a cluster and says why one failed: place, ask, delete, and the evidence of just that time.
/// Threads: one at a time.
class Trials {
 public:
  /// `journal`: the cluster's own; it must live longer, and nobody else may listen to it. `logs`: of the nodes; may be
  /// empty.
  Trials(cluster::Cluster& cluster, journal::Journal& journal, std::vector<std::filesystem::path> logs,
         diagnose::SignatureBook book);
  ~Trials();

  /// Called once in each run, when its first token came: the moment to break something.
  void at_first_token(std::function<void()> action) { at_first_token_ = std::move(action); }
  /// All of it: place, ask, end.
  TrialResult run(const std::string& model_id, const exo::Mode& mode, const std::string& question);

  // The same step by step. A trial that `place` began is over with `end`.
  /// Places a model. When that failed, the result says why, and nothing is left of it.
  TrialResult place(const std::string& model_id, const exo::Mode& mode);
  /// Asks what was placed, greedily.
  Answered ask(const std::string& model_id, const std::string& question);
  /// How many of the logs got `text` since the trial began, and how many logs there are.
  std::pair<int, int> logs_that_say(std::string_view text) const;
  /// Deletes what was placed. With `failed`, or when it cannot be deleted, the result is failed and says why.
  void end(TrialResult& result, const std::optional<diagnose::FailedPhase>& failed);

 private:
  void begin();
  void fail(TrialResult& result, std::optional<Phase> phase, const Failure& failure, milliseconds limit);
  std::optional<Failure> beside_others();
  void gather(TrialResult& result);
  void wait_for_news();

  cluster::Cluster& cluster_;
  journal::Journal& journal_;
  std::vector<std::filesystem::path> logs_;
  diagnose::SignatureBook book_;
  std::function<void()> at_first_token_;
  std::mutex keeping_;       // Of what follows: threads of the cluster append.
  bool runs_ = false;        // A trial has begun and is not over.
  EvidenceRecords records_;  // Of it.
  std::int64_t begun_ns_ = 0;
  Clock::time_point begun_;
  std::size_t known_failures_ = 0;                               // Runners that had failed before.
  std::shared_ptr<std::vector<process::ProcessSample>> looks_ =  // At what hung, before it was deleted.
      std::make_shared<std::vector<process::ProcessSample>>();
  LogMark logs_before_;
};

}  // namespace exo_harness::trial

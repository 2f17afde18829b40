#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "exo_harness/cluster/cluster.h"
#include "exo_harness/diagnose/diagnose.h"
#include "exo_harness/diagnose/signature.h"

namespace exo_harness::tools {

/// What one placement with one question came to.
struct TrialResult {
  bool worked = false;
  std::string answer;
  std::vector<cluster::PhaseTime> phases;
  exo::Instance instance;
  diagnose::CaseFile file;
  diagnose::Diagnosis diagnosis;  ///< `passed` when it worked.
};

/// Tries placements on a cluster and says why one failed: place, ask, delete, and the evidence of just that time.
/// Threads: one at a time.
class Trials {
 public:
  /// `journal_file`: where the cluster's journal goes. `logs`: of the nodes; may be empty.
  Trials(cluster::Cluster& cluster, std::filesystem::path journal_file, std::vector<std::filesystem::path> logs,
         diagnose::SignatureBook book);

  /// Called once in each run, when its first token came: the moment to break something.
  void at_first_token(std::function<void()> action) { at_first_token_ = std::move(action); }
  /// `repeats`: how often the question is asked; all answers must be equal.
  TrialResult run(const std::string& model_id, const exo::Mode& mode, const std::string& question, int repeats = 1);

 private:
  void begin();
  void ask(const std::string& model_id, const std::string& question, TrialResult& result);
  void fail(TrialResult& result, std::string phase, const Failure& failure, milliseconds limit);
  void gather(TrialResult& result);
  void wait_for_news(FailureKind kind);

  cluster::Cluster& cluster_;
  std::filesystem::path journal_file_;
  std::vector<std::filesystem::path> logs_;
  diagnose::SignatureBook book_;
  std::function<void()> at_first_token_;
  std::int64_t begun_ns_ = 0;
  std::size_t known_failures_ = 0;  // Runners that had failed before.
  std::map<std::filesystem::path, std::uint64_t> offsets_;
};

}  // namespace exo_harness::tools

#include "exo_harness/exo/runner_failures.h"

#include <algorithm>

namespace exo_harness::exo {

namespace {

constexpr std::size_t kMostFailures = 1000;

}  // namespace

std::size_t RunnerFailures::see(const State& state, const Instance& instance, Phase phase) {
  const std::size_t before = all_.size();
  const bool none_was_failed = failed_now_.empty();
  std::set<std::string> failed;
  for (const Rank& rank : instance.ranks) {
    const auto runner = state.runners.find(rank.runner_id);
    if (runner == state.runners.end() || runner->second.phase != RunnerPhase::failed) continue;
    failed.insert(rank.runner_id);
    if (failed_now_.count(rank.runner_id) != 0 || all_.size() >= kMostFailures) continue;
    ++failures_[rank.runner_id];
    RunnerFailure failure{rank.runner_id,  rank.node_id, instance.id,
                          rank.shard.rank, phase,        runner->second.error_message};
    for (const std::string& more : runner->second.diagnostics) failure.text += "\n" + more;
    all_.push_back(std::move(failure));
  }
  if (none_was_failed && !failed.empty()) ++rounds_;
  failed_now_ = std::move(failed);
  return all_.size() - before;
}

bool RunnerFailures::any_twice() const {
  return std::any_of(failures_.begin(), failures_.end(), [](const auto& runner) { return runner.second > 1; });
}

}  // namespace exo_harness::exo

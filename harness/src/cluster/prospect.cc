#include "exo_harness/cluster/prospect.h"

#include <algorithm>
#include <vector>

#include "exo_harness/cluster/wholeness.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::cluster {

void Prospect::see(const exo::State& state, Clock::time_point now) {
  bool can_answer = false;
  for (const auto& [id, instance] : state.instances) {
    if (instance.model_id != model_id_) continue;
    for (const exo::Rank& rank : instance.ranks) known_nodes_.insert(rank.node_id);
    note_failed_runners(state, instance);
    can_answer |= state.has_nodes_of(instance) && !failed_again();
  }
  if (can_answer || known_nodes_.empty()) {
    lost_since_.reset();
    return;
  }
  missing_.clear();
  std::copy_if(known_nodes_.begin(), known_nodes_.end(), std::inserter(missing_, missing_.end()),
               [&](const std::string& node) { return !state.has_node(node); });
  if (!lost_since_) lost_since_ = now;
}

void Prospect::note_failed_runners(const exo::State& state, const exo::Instance& instance) {
  for (const exo::Rank& rank : instance.ranks) {
    if (state.phase_of(rank.runner_id) != exo::RunnerPhase::failed) {
      failed_now_.erase(rank.runner_id);
      continue;
    }
    failed_ = format("rank {} failed: {}", rank.shard.rank, state.runners.at(rank.runner_id).error_message);
    if (failed_now_.insert(rank.runner_id).second) ++failures_[rank.runner_id];
  }
}

bool Prospect::failed_again() const {
  return std::any_of(failures_.begin(), failures_.end(), [](const auto& runner) { return runner.second > 1; });
}

std::optional<Failure> Prospect::why_lost(Clock::time_point now) const {
  if (!lost_since_ || now - *lost_since_ < kPatience) return std::nullopt;
  if (!missing_.empty()) {
    std::vector<std::string> gone;
    for (const std::string& node : missing_) gone.push_back(short_id(node));
    return Failure{
        FailureKind::vanished,
        format("given up: node {} is gone, and with it the last instance of {}", join(gone, ", "), model_id_), ""};
  }
  const std::string said = shorten(first_line(failed_), 300);
  if (failed_again())
    return Failure{FailureKind::exited, format("given up: {}, again after its restart", said), failed_};
  const std::string deleted = format("given up: the instance of {} was deleted", model_id_);
  if (failed_.empty()) return Failure{FailureKind::vanished, deleted + " while the request waited", ""};
  return Failure{FailureKind::exited, format("{} after {}", deleted, said), failed_};
}

}  // namespace exo_harness::cluster

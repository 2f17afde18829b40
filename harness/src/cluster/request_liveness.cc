#include "exo_harness/cluster/request_liveness.h"

#include <algorithm>
#include <vector>

#include "exo_harness/cluster/wholeness.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::cluster {

void RequestLiveness::see(const exo::State& state, Clock::time_point now) {
  bool can_answer = false;
  for (const auto& [id, instance] : state.instances) {
    if (instance.model_id != model_id_) continue;
    for (const exo::Rank& rank : instance.ranks) known_nodes_.insert(rank.node_id);
    exo::RunnerFailures& failures = failures_[id];
    if (failures.see(state, instance) > 0) {
      failed_ = format("rank {} failed: {}", failures.all().back().rank, failures.all().back().text);
    }
    failed_again_ |= failures.any_twice();
    can_answer |= state.has_nodes_of(instance) && !failed_again_;
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

std::optional<Failure> RequestLiveness::why_lost(Clock::time_point now) const {
  if (!lost_since_ || now - *lost_since_ < kGrace) return std::nullopt;
  if (!missing_.empty()) {
    std::vector<std::string> gone;
    for (const std::string& node : missing_) gone.push_back(short_id(node));
    return Failure{
        FailureKind::vanished,
        format("given up: node {} is gone, and with it the last instance of {}", join(gone, ", "), model_id_), ""};
  }
  const std::string said = shorten(first_line(failed_), 300);
  if (failed_again_)
    return Failure{FailureKind::exited, format("given up: {}, again after its restart", said), failed_};
  const std::string deleted = format("given up: the instance of {} was deleted", model_id_);
  if (failed_.empty()) return Failure{FailureKind::vanished, deleted + " while the request waited", ""};
  return Failure{FailureKind::exited, format("{} after {}", deleted, said), failed_};
}

}  // namespace exo_harness::cluster

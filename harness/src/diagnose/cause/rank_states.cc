#include <algorithm>
#include <map>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/diagnose/cause/diagnose.h"
#include "exo_harness/exo/rank_progress.h"

namespace exo_harness::diagnose {
namespace {

// The watcher writes how many layers are loaded behind the state: `RunnerLoading 3/16`.
std::optional<Phase> phase_of_rank(std::string_view tag) {
  return exo::phase_of(exo::parse_runner_phase(tag.substr(0, tag.find(' '))));
}

// Whether a runner that Exo shows in this state has ended the phase of the start-up.
bool has_passed(std::string_view tag, Phase phase) {
  const auto reached = phase_of_rank(tag);
  return reached && *reached > phase;
}

}  // namespace

std::vector<RankState> last_states(const CaseFile& file) {
  std::map<int, RankState> ranks;
  for (std::size_t i = 0; i < file.instance_nodes.size(); ++i) {
    ranks[static_cast<int>(i)] = {static_cast<int>(i), file.instance_nodes[i], "", ""};
  }
  for (const TimedChange& timed : file.history) {
    const journal::StateChange& change = timed.change;
    if (change.part != "runner" || change.rank < 0) continue;
    RankState& state = ranks[change.rank];
    state.rank = change.rank;
    if (!change.node.empty()) state.node = change.node;
    state.runner = change.subject;
    state.gone = change.to.empty();
    state.state = state.gone ? change.from : change.to;
  }
  std::vector<RankState> all;
  for (auto& [rank, state] : ranks) all.push_back(std::move(state));
  return all;
}

std::optional<Phase> phase_of_runner_state(std::string_view tag) {
  const auto phase = phase_of_rank(tag);
  return phase == exo::kReady ? Phase::generate : phase;
}

std::string human_ranks(const std::vector<RankState>& ranks, std::optional<Phase> phase) {
  std::vector<std::string> parts;
  for (const RankState& rank : ranks) {
    const std::string state = rank.state.empty() ? "(absent)" : rank.state;
    std::string part = format("rank {} {}{}", rank.rank, state, rank.gone ? ", then gone" : "");
    if (phase && is_start_up(*phase)) part += has_passed(state, *phase) ? " (passed)" : " (did not pass)";
    parts.push_back(part);
  }
  return parts.empty() ? "no runner was seen" : join(parts, ", ");
}

}  // namespace exo_harness::diagnose

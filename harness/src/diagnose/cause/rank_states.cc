#include <algorithm>
#include <array>
#include <map>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/diagnose/cause/diagnose.h"

namespace exo_harness::diagnose {
namespace {

// How far a runner has come when Exo shows it in this state.
int progress_of(std::string_view tag) {
  static constexpr std::array<std::pair<std::string_view, int>, 8> kOrder = {{{"RunnerIdle", 1},
                                                                              {"RunnerConnecting", 2},
                                                                              {"RunnerConnected", 3},
                                                                              {"RunnerLoading", 4},
                                                                              {"RunnerLoaded", 5},
                                                                              {"RunnerWarmingUp", 6},
                                                                              {"RunnerReady", 7},
                                                                              {"RunnerRunning", 7}}};
  for (const auto& [name, value] : kOrder) {
    if (name == tag) return value;
  }
  return 0;
}

// What a runner must have reached to have passed the phase.
int end_of_phase(std::optional<Phase> phase) {
  if (phase == Phase::connect) return 3;
  if (phase == Phase::load) return 5;
  if (phase == Phase::warm_up) return 7;
  return 0;
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
  switch (progress_of(tag)) {
    case 1:
    case 2:
      return Phase::connect;
    case 3:
    case 4:
      return Phase::load;
    case 5:
    case 6:
      return Phase::warm_up;
    case 7:
      return Phase::generate;
    default:
      return std::nullopt;
  }
}

std::string ranks_for_people(const std::vector<RankState>& ranks, std::optional<Phase> phase) {
  std::vector<std::string> parts;
  const int goal = end_of_phase(phase);
  for (const RankState& rank : ranks) {
    const std::string state = rank.state.empty() ? "(absent)" : rank.state;
    std::string part = format("rank {} {}{}", rank.rank, state, rank.gone ? ", then gone" : "");
    if (goal > 0) part += progress_of(state) >= goal ? " (passed)" : " (did not pass)";
    parts.push_back(part);
  }
  return parts.empty() ? "no runner was seen" : join(parts, ", ");
}

}  // namespace exo_harness::diagnose

#include "exo_harness/exo/rank_progress.h"

namespace exo_harness::exo {

std::optional<RankProgress> progress_of(RunnerPhase runner) {
  switch (runner) {
    case RunnerPhase::ready:
    case RunnerPhase::running:
      return RankProgress{Phase::warm_up, true};
    case RunnerPhase::warming_up:
      return RankProgress{Phase::warm_up, false};
    case RunnerPhase::loaded:
      return RankProgress{Phase::load, true};
    case RunnerPhase::loading:
      return RankProgress{Phase::load, false};
    case RunnerPhase::connected:
      return RankProgress{Phase::connect, true};
    case RunnerPhase::idle:
    case RunnerPhase::connecting:
      return RankProgress{Phase::connect, false};
    case RunnerPhase::absent:
    case RunnerPhase::shutting_down:
    case RunnerPhase::shutdown:
    case RunnerPhase::failed:
    case RunnerPhase::unknown:
      break;
  }
  return std::nullopt;
}

std::optional<Phase> phase_of(RunnerPhase runner) {
  const auto progress = progress_of(runner);
  if (!progress) return std::nullopt;
  return progress->ended ? static_cast<Phase>(static_cast<int>(progress->begun) + 1) : progress->begun;
}

}  // namespace exo_harness::exo

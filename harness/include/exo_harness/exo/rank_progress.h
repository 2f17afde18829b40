#pragma once

#include <optional>

#include "exo_harness/core/phase.h"
#include "exo_harness/exo/state.h"

namespace exo_harness::exo {

/// Every rank is ready: what comes next is a first token.
inline constexpr Phase kReady = Phase::first_token;

/// How far a rank has come: the last phase of the start-up that it has begun, and whether it only waits for the others
/// to end it.
struct RankProgress {
  Phase begun = Phase::connect;
  bool ended = false;
};

/// Returns nullopt for states that tell nothing of it: absent, failed, shut down, unknown.
std::optional<RankProgress> progress_of(RunnerPhase runner);

/// The phase that an instance is in because of such a rank: connect, load, warm-up or `kReady`; nullopt as above.
std::optional<Phase> phase_of(RunnerPhase runner);

}  // namespace exo_harness::exo

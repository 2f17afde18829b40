#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "exo_harness/exo/mode.h"
#include "exo_harness/model/checkpoint/folder.h"
#include "exo_harness/model/rehearse/rehearsal.h"
#include "exo_harness/rehearse/engine.h"

namespace exo_harness::rehearse {

/// How far a rehearsal may go.
struct Limits {
  std::chrono::milliseconds placement{60000};         ///< From the start of the ranks of a placement to its verdict.
  bool once_hung_is_enough = false;                   ///< After a placement that hung, no other is asked.
  std::uint64_t rank_bytes = 1u << 30;                ///< Resident memory of one rank.
  std::uint64_t output_bytes = 8u << 20;              ///< What one rank may write.
  std::function<bool()> stop = [] { return false; };  ///< Asked about each 10 ms: give up?
};

/// Asks the engine's own code what comes of each placement of a model, without its weights.
///
/// Each rank is a process of its own that runs fixtures/rehearsal/probe.py in the engine's Python over a twin of the
/// folder (model/rehearse/twin.h): it loads, shards, makes one prefill of four tokens and one decode step with
/// evaluation switched off, so that shapes are computed and values never. Ranks are joined by a ring on 127.0.0.1;
/// JACCL is rehearsed as the ring: Exo shards for both alike. Nothing is left when it ends; what a killed one left goes
/// at the next. `folder`: as of read_model_folder or read_facts.
///
/// Result: one Rehearsal a placement that was asked, in that order; what did not come to its end, is killed at its
/// limit or is no matter of the model is `unknown` with the reason. Fails: HarnessError when files cannot be made or
/// Python cannot be started. Threads: any.
model::RehearsedModel rehearse(const model::ModelFolder& folder, const std::vector<exo::Mode>& placements,
                               const Engine& engine, const Limits& limits = {});

/// Removes the twins of rehearsals that were killed. Result: how many.
int remove_dead_rehearsals();

}  // namespace exo_harness::rehearse

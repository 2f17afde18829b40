#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exo_harness/rehearse/rehearse.h"

#include "app/interruption.h"
#include "app/model_choice.h"

namespace exo_harness::tools {

/// The engine that a command asks: that of `--exo`, else the one that `doctor` finds. Fails: as rehearse::find_engine.
rehearse::Engine engine_here(const std::string& exo);

/// The engine of the nodes under test: that of `exo`, else that which the processes of Exo on this machine run from.
/// Nothing: `exo` is empty, and none runs here or they are of more than one. Fails: as engine_here.
std::optional<rehearse::Engine> engine_under_test(const std::string& exo);

/// Rehearses placements of a model, until the user gives up. Fails: Interrupted then, with the words for it; else as
/// rehearse::rehearse.
model::RehearsedModel rehearse_until_stopped(const ChosenModel& chosen, const std::vector<exo::Mode>& modes,
                                             const rehearse::Engine& engine, rehearse::Limits limits = {},
                                             const Interrupted& stopped = {"the rehearsal was stopped",
                                                                           "repeat it; nothing of it is left"});

}  // namespace exo_harness::tools

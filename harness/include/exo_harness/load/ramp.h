#pragma once

#include <optional>
#include <vector>

#include "exo_harness/load/load.h"

namespace exo_harness::load {

/// One level of a ramp.
struct RampLevel {
  int concurrency = 0;
  LoadResult result;
};

/// The level from which on more streams at once bring no more tokens: the last one that brought at least a twentieth
/// more than the best below it. Nothing when the last level still did: the ramp was too short.
std::optional<std::size_t> saturation_knee(const std::vector<double>& tokens_per_s);
std::optional<std::size_t> knee_of(const std::vector<RampLevel>& levels);

/// Doubles the streams at once, from 1 to `most`, each level as long as the plan says, until two levels in a row bring
/// no more tokens, or a request fails. A level has at least four requests a stream.
std::vector<RampLevel> ramp(LoadPlan plan, int most, const LoadWatch& watch = {});

}  // namespace exo_harness::load

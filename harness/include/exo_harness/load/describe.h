#pragma once

#include <string>
#include <vector>

#include "exo_harness/load/load.h"
#include "exo_harness/load/ramp.h"

namespace exo_harness::load {

/// A load for people: each number with its sample size, what failed by kind, tokens from both sides, the error bar of
/// this program, and what casts doubt on it. Lines of at most 110 columns.
std::string describe(const LoadResult& result);

/// The levels of a ramp, a line each, and where its knee is.
std::string describe(const std::vector<RampLevel>& levels);

/// What each number means, its clock and its percentiles.
std::string describe_definitions();

}  // namespace exo_harness::load

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exo_harness/exo/state.h"
#include "exo_harness/model/fixture/chip.h"
#include "exo_harness/model/fixture/fixture.h"

namespace exo_harness::tools {

/// The speed that the memory of the nodes allows one stream: each token reads all active weights once. Caches are not
/// counted, so the true limit is lower.
struct Roofline {
  double bytes_per_token = 0;          ///< Of active weights: of a mixture of experts those of one token.
  double least_tps = 0, most_tps = 0;  ///< Tokens a second; they differ where a chip comes in builds of one name.
  std::string chips;                   ///< `Apple M2, 100 GB/s`
};

/// `why_not` gets a sentence where nothing can be claimed: a chip that is not known, weights whose sizes are not here.
///
/// Ranks of a pipeline work one after the other, each with its layers; those of tensor parallelism at once, each with
/// its part, and the slowest counts.
std::optional<Roofline> roofline_of(const model::FixtureModel& model, const exo::Instance& instance,
                                    const exo::Mode& mode, const exo::State& state,
                                    const std::vector<model::Chip>& chips, std::string& why_not);

/// `61 % of what the memory allows: …`
std::string describe(const Roofline& roofline, double tokens_per_s);

}  // namespace exo_harness::tools

#pragma once

#include <vector>

#include "exo_harness/model/rehearse/rehearsal.h"
#include "exo_harness/rehearse/rank_report.h"

#include "ranks.h"

namespace exo_harness::rehearse {

/// What the ranks of one placement come to. `ends` and `reports`: by rank, of the same length.
/// `asked`: its `mode`, and whether it is `without_weights`.
model::Rehearsal conclude(const model::Rehearsal& asked, const std::vector<RankEnd>& ends,
                          const std::vector<RankReport>& reports);

/// What one rank says of the files, whatever the placement.
std::vector<model::RehearsalFinding> findings_of(const RankReport& report);

}  // namespace exo_harness::rehearse

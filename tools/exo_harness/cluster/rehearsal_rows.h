#pragma once

#include <string>
#include <vector>

#include "exo_harness/doctor/doctor.h"
#include "exo_harness/exo/mode.h"

namespace exo_harness::tools {

/// Which model the doctor shall have rehearsed.
struct RehearsalQuestion {
  std::string model;                    ///< As choose_model takes it.
  std::vector<std::string> placements;  ///< Each must pass. Empty: one node must; of `nodes`, tensor and pipeline ask.
  std::string exo;                      ///< As find_engine takes it; empty: the one that is found.
  int nodes = 0;
};

/// One row `rehearsal` a placement: what the engine of an Exo on this machine says of it. Without an Exo: one row,
/// unknown. Fails: UsageError for a model or a placement that there is not; HarnessError as of rehearse().
std::vector<doctor::Check> rehearsal_rows(const RehearsalQuestion& question);

}  // namespace exo_harness::tools

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "exo_harness/doctor/doctor.h"
#include "exo_harness/rehearse/engine.h"

namespace exo_harness::tools {

/// Which model is to be rehearsed.
struct RehearsalQuestion {
  std::string model;                    ///< As choose_model takes it.
  std::vector<std::string> placements;  ///< Empty: one node must pass; of `nodes`, tensor and pipeline ask.
  bool must_pass = true;                ///< Whether one of `placements` that fails is bad, or a warning.
  std::string exo;                      ///< As find_engine takes it; empty: the one that is found.
  int nodes = 0;
  std::chrono::milliseconds limit{60000};  ///< Of each placement.
};

/// One row `rehearsal` a placement: what the engine of an Exo on this machine says of it. Without an Exo: one row,
/// unknown. Fails: UsageError for a model or a placement that there is not; HarnessError as of rehearse().
std::vector<doctor::Check> rehearsal_rows(const RehearsalQuestion& question);
/// The same of that engine.
std::vector<doctor::Check> rehearsal_rows(const RehearsalQuestion& question, const rehearse::Engine& engine);

}  // namespace exo_harness::tools

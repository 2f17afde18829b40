#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "exo_harness/cluster/cluster.h"

#include "app/live_view.h"
#include "app/suite_plan.h"

namespace exo_harness::tools {

/// Whose engine is asked, and how long.
struct EngineQuestion {
  std::string exo;                    ///< As of `models rehearse --exo`; empty: that which the nodes here run from.
  std::chrono::milliseconds limit{};  ///< Of each placement.
};

/// Asks the engine what comes of each placement that the tests of `steps` will make, of models that are on the nodes:
/// before them, as nothing that it says may come from what they do. Without an engine nothing is asked, and no more
/// after the first placement that hangs.
///
/// Result: writes `folder`/MODEL.json, which suites read as EXO_HARNESS_REHEARSALS, and a line on the screen for each.
/// Fails: UsageError, EnvironmentError when `question.exo` is no Exo; Interrupted when the user gives up. What else
/// goes wrong is told, and the tests go on by rule.
void rehearse_what_is_placed(const std::vector<SuiteStep>& steps, cluster::Cluster& cluster,
                             const EngineQuestion& question, const std::filesystem::path& folder, LiveView& view);

}  // namespace exo_harness::tools

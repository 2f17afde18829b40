#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "exo_harness/cluster/cluster.h"

#include "app/live_view.h"
#include "app/suite_plan.h"

namespace exo_harness::tools {

/// Asks the engine what comes of each placement that the tests of `steps` will make, of models that are on the nodes:
/// before them, as nothing that it says may come from what they do. The engine is that of `exo` (as of `models rehearse
/// --exo`), or, with an empty one, that which the nodes on this machine run from; without such a one nothing is asked.
///
/// Result: writes `folder`/MODEL.json, which suites read as EXO_HARNESS_REHEARSALS, and a line on the screen for each.
/// Fails: UsageError, EnvironmentError when `exo` is no Exo; Interrupted when the user gives up. What else goes wrong
/// is told, and the tests go on by rule.
void rehearse_what_is_placed(const std::vector<SuiteStep>& steps, cluster::Cluster& cluster, const std::string& exo,
                             const std::filesystem::path& folder, LiveView& view);

}  // namespace exo_harness::tools

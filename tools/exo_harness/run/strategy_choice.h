#pragma once

#include <optional>

#include "exo_harness/cluster/spec.h"
#include "exo_harness/model/fixture/fixture.h"

#include "app/run_options.h"

namespace exo_harness::tools {

/// The model to try, and the one that the cluster is tested with when it does not work.
struct StrategyChoice {
  model::FixtureModel model, fallback;
};

/// What `--fallback` means for the chosen cluster; nothing without that option. Without a value it is the fallback that
/// the fixture of the model names. Fails: UsageError when there is not exactly one model to try, for a fallback that is
/// not known (with the nearest names), is the model itself, or is named by nobody, and for a part of a run.
std::optional<StrategyChoice> choose_strategy(const RunOptions& options, const cluster::ClusterSpec& spec);

}  // namespace exo_harness::tools

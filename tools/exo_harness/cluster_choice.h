#pragma once

#include "exo_harness/cluster/spec.h"

#include "run_options.h"

namespace exo_harness::tools {

/// The cluster that the options mean, checked: the spec with what the flags change, models and placements by their
/// names. Fails: UsageError for a script, URL, model or placement that does not exist, with the nearest names.
cluster::ClusterSpec choose_cluster(const ClusterOptions& options);

/// The suites that were asked for, in the order in which they run; none asked for: all that were built.
/// Fails: UsageError with the nearest names.
std::vector<std::string> choose_suites(const std::vector<std::string>& wanted);

/// Fixture ids of the given names. Fails: UsageError with the nearest names.
std::vector<std::string> choose_models(const std::vector<std::string>& names);

}  // namespace exo_harness::tools

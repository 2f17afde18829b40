#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "exo_harness/cluster/spec.h"

#include "app/run_options.h"

namespace exo_harness::tools {

/// The cluster that the options mean, checked: the spec with what the flags change, models and placements by their
/// names. Fails: UsageError for a script, URL, model or placement that does not exist, with the nearest names.
cluster::ClusterSpec choose_cluster(const ClusterOptions& options);

/// The suites that were asked for, in the order in which they run; none asked for: all that were built, and all of
/// `suite_folder` after them. Fails: UsageError with the nearest names.
std::vector<std::string> choose_suites(const std::vector<std::string>& wanted,
                                       const std::filesystem::path& suite_folder);

/// The binary of a suite: that of `suite_folder` when there is one, else ours. Fails: HarnessError.
std::filesystem::path program_of_suite(const std::string& suite, const std::filesystem::path& suite_folder);

/// Fixture ids of the given names. Fails: UsageError with the nearest names.
std::vector<std::string> choose_models(const std::vector<std::string>& names);

}  // namespace exo_harness::tools

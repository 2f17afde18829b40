#pragma once

#include <string>

namespace exo_harness::tools {

/// The base URL of a node: `api` when it is given, else what `--cluster` means: nothing (`cluster` empty): the cluster
/// that `up` started; a URL; a cluster file that `up` wrote; a spec by name or file.
///
/// Fails: UsageError when that is no URL, nothing is up, or the spec names no address.
std::string node_address(const std::string& api, bool of_cluster, const std::string& cluster);

}  // namespace exo_harness::tools

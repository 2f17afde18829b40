#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/cluster/cluster.h"

namespace exo_harness::cluster {

/// What told `up` to bring the cluster up, beside its name and size: whether another `up` means the same one.
struct AskedFor {
  std::filesystem::path start_script;  ///< Empty: attached to, or the embedded fake.
  std::vector<std::string> apis;       ///< As they were given, without user and password.
};

/// What `up` leaves for those who test the cluster (`EXO_HARNESS_CLUSTER`): a JSON file.
struct ClusterFile {
  ClusterSpec spec;                  ///< Limits, selection of models and placements; `apis` are those of all nodes.
  std::vector<Node> nodes;           ///< Their ids are the token: Exo makes new ones at every start.
  std::string run_id, since;         ///< `since`: UTC.
  std::filesystem::path run_folder;  ///< Where node logs are collected; may be empty.
  std::vector<std::size_t> without_credentials;  ///< Of `nodes`: their addresses had a user and a password.
  std::optional<AskedFor> asked{};               ///< Empty: whoever wrote the file does not say.
};

/// The file of a cluster that is up.
ClusterFile describe(const Cluster& cluster, const std::string& run_id, const std::filesystem::path& run_folder);

/// Users and passwords of addresses are not in the file. Fails: HarnessError when it cannot be written.
void write_cluster_file(const std::filesystem::path& file, const ClusterFile& content);
/// Fails: HarnessError that names the file and what was expected in it.
ClusterFile read_cluster_file(const std::filesystem::path& file);

/// Gives the nodes of a file that was read the users and passwords of their addresses again (api_credentials.h).
/// Fails: UsageError where there are none.
void give_credentials(ClusterFile& file);

/// `give_credentials`, and attaches to the cluster. Fails: as `Cluster::attach`, and `mismatch` when the nodes are not
/// those of the file: then the cluster that it describes is gone.
Outcome<Cluster> attach(ClusterFile file, journal::Journal& journal, Progress& progress, AttachOptions options);

}  // namespace exo_harness::cluster

#include "cluster/node_address.h"

#include <filesystem>

#include "exo_harness/cluster/api_credentials.h"
#include "exo_harness/cluster/cluster_file.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "cluster/state_option.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;

bool is_url(const std::string& text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

std::string first_node_of(const fs::path& file) {
  cluster::ClusterFile described = cluster::read_cluster_file(file);
  cluster::give_credentials(described);
  if (!described.nodes.empty()) return described.nodes.front().api;
  throw UsageError(format("{} names no node", file.string()), "bring the cluster up again with `exo-harness up`");
}

std::string of_running() {
  const fs::path file = state_file("", "");
  std::error_code ignored;
  if (fs::exists(file, ignored)) return first_node_of(file);
  throw UsageError(format("nothing is up: there is no {}", file.string()),
                   "`exo-harness up` brings a cluster up; or give the address of a node with --api");
}

std::string of_spec(const std::string& name) {
  const cluster::ClusterSpec spec = cluster::load_spec(name);
  if (!spec.apis.empty()) return spec.apis.front();
  throw UsageError(
      format("the cluster spec {} names no address", printable(name)),
      format("bring it up with `exo-harness up --cluster {}`, then give --cluster alone", printable(name)));
}

}  // namespace

std::string node_address(const std::string& api, bool of_cluster, const std::string& cluster) {
  if (!api.empty() && !is_url(api))
    throw UsageError(format("--api: '{}' is not the URL of an API", cluster::host_alone(api)),
                     "write it like http://10.0.0.1:52415");
  cluster::check_credentials(api);
  if (!api.empty() || !of_cluster) return api;
  if (cluster.empty()) return of_running();
  cluster::check_credentials(cluster);
  if (is_url(cluster)) return cluster;
  return cluster.ends_with(".json") ? first_node_of(cluster) : of_spec(cluster);
}

}  // namespace exo_harness::tools

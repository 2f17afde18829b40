#include "exo_harness/cluster/node_locks.h"

#include <iterator>

#include "exo_harness/cluster/api_credentials.h"

namespace exo_harness::cluster {

void NodeLocks::take(const std::vector<Node>& nodes, const std::filesystem::path& run_folder) {
  std::set<std::string> wanted;
  for (const Node& node : nodes) wanted.insert({node.id, without_credentials(node.api)});
  for (const std::string& name : names_) wanted.erase(name);
  auto locks = process::own_nodes({wanted.begin(), wanted.end()}, run_folder);
  std::move(locks.begin(), locks.end(), std::back_inserter(locks_));
  names_.merge(wanted);
}

}  // namespace exo_harness::cluster

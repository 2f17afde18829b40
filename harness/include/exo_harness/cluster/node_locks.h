#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "exo_harness/cluster/cluster.h"
#include "exo_harness/process/owner_lock.h"

namespace exo_harness::cluster {

/// The locks by which no other harness of this user on this machine tests the nodes of a cluster. Each is known by its
/// id, whatever address leads there, and by its address: Exo makes a new id at every start, the address stays.
class NodeLocks {
 public:
  /// Takes the locks of these nodes that it does not have yet; none is given back before the end. `run_folder`: of
  /// whoever asks, for the next one's message. Fails: HarnessError that names who has one of them; then it has those
  /// that it had before.
  void take(const std::vector<Node>& nodes, const std::filesystem::path& run_folder);

 private:
  std::set<std::string> names_;
  std::vector<process::OwnerLock> locks_;
};

}  // namespace exo_harness::cluster

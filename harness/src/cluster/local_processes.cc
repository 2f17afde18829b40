#include <algorithm>

#include "exo_harness/core/text.h"
#include "exo_harness/process/port_owner.h"
#include "exo_harness/process/table.h"

#include "cluster_impl.h"
#include "host_and_port.h"

namespace exo_harness::cluster {
namespace {

constexpr std::size_t kMostProcesses = 16;

// Exo starts its runners with Python's spawn_main (contract 14).
std::vector<process::ProcessInfo> runners_here() {
  std::vector<process::ProcessInfo> runners;
  for (const process::ProcessInfo& info : process::all_processes()) {
    if (contains(process::command_of(info.id.pid), "spawn_main") && runners.size() < kMostProcesses)
      runners.push_back(info);
  }
  return runners;
}

pid_t pid_of_node(const std::string& api, const std::vector<process::ProcessInfo>& runners) {
  const auto [host, port] = host_and_port(api);
  if (is_local_address(host)) {
    if (const auto owner = process::port_owner(host, port)) return owner->pid;
  }
  for (const process::ProcessInfo& runner : runners) {
    if (const auto owner = process::port_owner_beside(runner.parent, host, port)) return owner->pid;
  }
  return 0;
}

}  // namespace

std::vector<LocalProcess> Cluster::Impl::local_processes() const {
  const std::vector<process::ProcessInfo> runners = runners_here();
  std::vector<LocalProcess> found;
  for (const Node& node : nodes) {
    const pid_t pid = found.size() < kMostProcesses ? pid_of_node(node.api, runners) : 0;
    if (pid > 0) found.push_back({pid, node.id, false});
  }
  // Other runners here are another cluster's.
  const std::vector<LocalProcess> here = found;
  for (const process::ProcessInfo& runner : runners) {
    const auto node = std::find_if(here.begin(), here.end(), [&](const auto& one) { return one.pid == runner.parent; });
    if (node != here.end()) found.push_back({runner.id.pid, node->node, true});
  }
  return found;
}

}  // namespace exo_harness::cluster

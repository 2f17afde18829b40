#include "exo_harness/process/table.h"

#include <set>

namespace exo_harness::process {
namespace {

constexpr int kMostListings = 20;  // Where processes are born all the time, one listing has to be the last.

}  // namespace

// Listed until nobody new is there: of a process that forks and ends before its turn comes, the child is seen.
std::vector<ProcessInfo> all_processes() {
  std::vector<ProcessInfo> found;
  std::set<pid_t> known;
  bool anybody_new = true;
  for (int listing = 0; anybody_new && listing < kMostListings; ++listing) {
    anybody_new = false;
    for (const pid_t pid : all_pids()) {
      if (pid <= 0 || !known.insert(pid).second) continue;
      anybody_new = true;
      if (const auto info = find_process(pid)) found.push_back(*info);
    }
  }
  return found;
}

bool is_alive(ProcessId id) {
  const auto now = find_process(id.pid);
  return now && now->id == id && now->state != 'Z' && now->state != 'X';
}

}  // namespace exo_harness::process

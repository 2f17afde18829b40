#pragma once

#include <string>
#include <vector>

#include "exo_harness/process/table.h"

namespace exo_harness::process {

/// The name of the environment mark; its value is the id of the run.
inline constexpr const char* kRunIdVariable = "EXO_HARNESS_RUN_ID";

/// The signs by which processes of one run are known. Each catches what the others miss: a daemon leaves its session
/// and its parent, a scrubbed environment loses the variable, closed descriptors lose the file. macOS shows nobody the
/// environment of its own programs (/bin/sh, /bin/bash, /bin/sleep): they are known by the other marks only.
struct Marks {
  std::string run_id;  ///< Environment mark.
  FileMark file;       ///< Held open by whatever inherited it; inode 0: unknown.
  pid_t root = 0;      ///< Its descendants are marked; 0: none. Needs `adopt_orphans` in that process.
  pid_t session = 0;   ///< Members of this session are marked; 0: none. The leader must not be reaped meanwhile.
  std::vector<ProcessId> lineage;  ///< Known members: they and their children are marked.
  std::vector<pid_t> spare;        ///< Never these, nor what descends from them.
};

/// Which marks to look for. `tree`: those that the process table shows. `all`: environments and descriptors, too.
enum class Look { tree, all };

/// The running processes of our user that carry a mark, without ourselves and the root. Zombies do not count.
std::vector<ProcessInfo> find_marked(const Marks& marks, Look look = Look::all);

/// Whether the root has a child, running or ended and not reaped yet, besides `spare` and what belongs to other users.
/// `find_marked` may miss a family of which each member forks and ends before its turn comes; but none of them can end
/// without becoming a child of the root. So nothing is left for certain when nothing is found and this is false, if
/// nobody was reaped in between. False without a root.
bool root_has_children(const Marks& marks);

/// Lets `redact` know the secrets in the environments of marked processes: what was secret to a run that died is known
/// to those that it started. On macOS not what only a program of the system holds.
void learn_secrets(const Marks& marks);

/// Those of `marked` whose parent is not one of them.
std::vector<ProcessInfo> roots_of(const std::vector<ProcessInfo>& marked);

/// The mark of an existing file. Fails: HarnessError.
FileMark mark_of(const std::filesystem::path& path);

}  // namespace exo_harness::process

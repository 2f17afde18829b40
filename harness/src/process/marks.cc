#include "exo_harness/process/marks.h"

#include <algorithm>
#include <map>
#include <set>

#include <sys/stat.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"

namespace exo_harness::process {
namespace {

using Children = std::multimap<pid_t, pid_t>;

Children children_of(const std::vector<ProcessInfo>& processes) {
  Children children;
  for (const ProcessInfo& process : processes) children.emplace(process.parent, process.id.pid);
  return children;
}

// `from` itself is not part of the result, unless it is its own descendant.
std::set<pid_t> descendants(const Children& children, pid_t from) {
  std::set<pid_t> found;
  std::vector<pid_t> open{from};
  while (!open.empty()) {
    const pid_t parent = open.back();
    open.pop_back();
    const auto [begin, end] = children.equal_range(parent);
    for (auto child = begin; child != end; ++child) {
      if (found.insert(child->second).second) open.push_back(child->second);
    }
  }
  return found;
}

std::set<pid_t> spared(const Marks& marks, const Children& children) {
  std::set<pid_t> spare{0, 1, ::getpid(), marks.root};
  for (const pid_t pid : marks.spare) {
    spare.insert(pid);
    spare.merge(descendants(children, pid));
  }
  return spare;
}

// The known ones that still run, and all that descend from them.
std::set<pid_t> family(const std::vector<ProcessInfo>& processes, const Children& children, const Marks& marks) {
  const std::set<ProcessId> known(marks.lineage.begin(), marks.lineage.end());
  std::set<pid_t> found;
  for (const ProcessInfo& process : processes) {
    if (known.count(process.id) == 0) continue;
    found.insert(process.id.pid);
    found.merge(descendants(children, process.id.pid));
  }
  return found;
}

bool has_costly_mark(pid_t pid, const Marks& marks) {
  if (!marks.run_id.empty() && has_environment(pid, std::string(kRunIdVariable) + "=" + marks.run_id)) return true;
  return marks.file.inode != 0 && holds_file(pid, marks.file);
}

}  // namespace

std::vector<ProcessInfo> find_marked(const Marks& marks, Look look) {
  const auto processes = all_processes();
  const Children children = children_of(processes);
  const std::set<pid_t> spare = spared(marks, children);
  std::set<pid_t> tree = family(processes, children, marks);
  if (marks.root > 0) tree.merge(descendants(children, marks.root));
  std::vector<ProcessInfo> found;
  for (const ProcessInfo& process : processes) {
    const pid_t pid = process.id.pid;
    if (process.state == 'Z' || process.state == 'X' || process.uid != ::getuid() || spare.count(pid) != 0) continue;
    if (tree.count(pid) != 0 || (marks.session > 0 && process.session == marks.session) ||
        (look == Look::all && has_costly_mark(pid, marks))) {
      found.push_back(process);
    }
  }
  return found;
}

bool root_has_children(const Marks& marks) {
  if (marks.root <= 0) return false;
  const auto processes = all_processes();
  return std::any_of(processes.begin(), processes.end(), [&](const ProcessInfo& process) {
    const bool spare = std::find(marks.spare.begin(), marks.spare.end(), process.id.pid) != marks.spare.end();
    return process.parent == marks.root && !spare && process.uid == ::getuid();
  });
}

void learn_secrets(const Marks& marks) {
  for (const ProcessInfo& process : find_marked(marks)) {
    for (const std::string& assignment : environment_of(process.id.pid)) add_secret_of_assignment(assignment);
  }
}

std::vector<ProcessInfo> roots_of(const std::vector<ProcessInfo>& marked) {
  std::set<pid_t> pids;
  for (const ProcessInfo& process : marked) pids.insert(process.id.pid);
  std::vector<ProcessInfo> roots;
  std::copy_if(marked.begin(), marked.end(), std::back_inserter(roots),
               [&](const ProcessInfo& process) { return pids.count(process.parent) == 0; });
  return roots;
}

FileMark mark_of(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    throw HarnessError(format("the file mark {} is not there", path.string()), "was the run folder removed?");
  }
  return {status.st_dev, status.st_ino, path};
}

}  // namespace exo_harness::process

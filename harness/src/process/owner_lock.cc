#include "exo_harness/process/owner_lock.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <sstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/locked_folder.h"

namespace exo_harness::process {
namespace fs = std::filesystem;
namespace {

fs::path lock_file(const std::string& key) {
  return folder_of_user() / format("{:016x}.lock", std::hash<std::string>()(key));
}

// A file that its last holder took along locks nothing: whoever comes next makes another one.
bool is_that_file(int fd, const fs::path& path) {
  struct stat ours {
  }, now{};
  return ::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &now) == 0 && ours.st_dev == now.st_dev &&
         ours.st_ino == now.st_ino;
}

}  // namespace

OwnerLock::~OwnerLock() {
  if (fd_ && is_that_file(fd_.get(), file_)) ::unlink(file_.c_str());  // While it is still ours.
}

std::optional<OwnerLock> OwnerLock::take(const std::string& key) {
  const fs::path path = lock_file(key);
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) {
    throw HarnessError(format("cannot open the lock {}: {}", path.string(), std::strerror(errno)),
                       "check who owns that folder, or set TMPDIR");
  }
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return std::nullopt;
  if (!is_that_file(fd.get(), path)) return take(key);
  return OwnerLock(std::move(fd), path);
}

void OwnerLock::sign(const Owner& owner) {
  const std::string text = format("{} {} {} {} {}\n", owner.harness.pid, owner.harness.start, owner.supervisor,
                                  owner.kept_up ? 1 : 0, owner.run_folder.string());
  // A torn signature only costs the next one the owner's name.
  if (::ftruncate(fd_.get(), 0) != 0 || ::pwrite(fd_.get(), text.data(), text.size(), 0) < 0) return;
}

std::optional<Owner> owner_of(const std::string& key) try {
  std::istringstream text(read_file(lock_file(key)));
  Owner owner;
  std::string folder;
  if (!(text >> owner.harness.pid >> owner.harness.start >> owner.supervisor >> owner.kept_up)) return std::nullopt;
  std::getline(text >> std::ws, folder);
  owner.run_folder = folder;
  return owner;
} catch (const HarnessError&) {
  return std::nullopt;
}

HarnessError busy_error(const Owner& owner) {
  if (owner.kept_up) {
    return HarnessError(format("this cluster was kept up by an earlier run (supervisor pid {}, {})", owner.supervisor,
                               owner.run_folder.string()),
                        format("end it with: kill {}", owner.supervisor));
  }
  if (owner.harness.pid <= 0)
    return HarnessError("another exo-harness has just had this cluster, and did not say who it is", "try it again");
  return HarnessError(
      format("another exo-harness (pid {}) runs this cluster, in {}", owner.harness.pid, owner.run_folder.string()),
      format("wait for it, or end it with: kill {}", owner.harness.pid));
}

OwnerLock own(const std::string& key, const fs::path& run_folder) {
  auto lock = OwnerLock::take(key);
  if (!lock) throw busy_error(owner_of(key).value_or(Owner{}));
  Owner self;
  if (const auto process = find_process(::getpid())) self.harness = process->id;
  self.run_folder = run_folder;
  lock->sign(self);
  return std::move(*lock);
}

std::vector<OwnerLock> own_nodes(std::vector<std::string> node_ids, const fs::path& run_folder) {
  std::sort(node_ids.begin(), node_ids.end());
  std::vector<OwnerLock> locks;
  for (const std::string& id : node_ids) locks.push_back(own("node " + id, run_folder));
  return locks;
}

}  // namespace exo_harness::process

#include "exo_harness/process/owner_lock.h"

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

namespace exo_harness::process {
namespace fs = std::filesystem;
namespace {

fs::path lock_file(const std::string& key) {
  const fs::path folder = fs::temp_directory_path() / format("exo-harness-{}", ::getuid());
  ::mkdir(folder.c_str(), 0700);
  return folder / format("{:016x}.lock", std::hash<std::string>()(key));
}

}  // namespace

std::optional<OwnerLock> OwnerLock::take(const std::string& key) {
  const fs::path path = lock_file(key);
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) {
    throw HarnessError(format("cannot open the lock {}: {}", path.string(), std::strerror(errno)),
                       "check who owns that folder, or set TMPDIR");
  }
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return std::nullopt;
  return OwnerLock(std::move(fd));
}

void OwnerLock::sign(const Owner& owner) {
  const std::string text = format("{} {} {} {} {}\n", owner.harness.pid, owner.harness.start, owner.leash,
                                  owner.kept_up ? 1 : 0, owner.run_folder.string());
  // A torn signature only costs the next one the owner's name.
  if (::ftruncate(fd_.get(), 0) != 0 || ::pwrite(fd_.get(), text.data(), text.size(), 0) < 0) return;
}

std::optional<Owner> owner_of(const std::string& key) try {
  std::istringstream text(read_file(lock_file(key)));
  Owner owner;
  std::string folder;
  if (!(text >> owner.harness.pid >> owner.harness.start >> owner.leash >> owner.kept_up)) return std::nullopt;
  std::getline(text >> std::ws, folder);
  owner.run_folder = folder;
  return owner;
} catch (const HarnessError&) {
  return std::nullopt;
}

}  // namespace exo_harness::process

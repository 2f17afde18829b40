#include "exo_harness/core/locked_folder.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"

namespace exo_harness {
namespace fs = std::filesystem;
namespace {

constexpr int kTries = 8;

[[noreturn]] void no_folder(const fs::path& path, const char* verb, int error) {
  throw HarnessError(format("cannot {} {}: {}", verb, path.string(), std::strerror(error)),
                     "check that the folder exists and that you may write there");
}

UniqueFd lock_of(const fs::path& folder) {
  UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) fd.reset();
  return fd;
}

}  // namespace

fs::path folder_of_user() {
  const fs::path folder = fs::temp_directory_path() / format("exo-harness-{}", ::getuid());
  ::mkdir(folder.c_str(), 0700);
  return folder;
}

// Whoever looks for dead ones may find ours before it is locked, and remove it: then another one is made.
LockedFolder::LockedFolder(const fs::path& into, const std::string& mark) {
  std::error_code error;
  fs::create_directories(into, error);
  if (error) no_folder(into, "make", error.value());
  for (int tries = 0; tries < kTries; ++tries) {
    path_ = into / (mark + random_hex(8));
    if (::mkdir(path_.c_str(), 0755) != 0) no_folder(path_, "make", errno);
    lock_ = lock_of(path_);
    if (lock_ && fs::exists(path_, error)) return;
  }
  no_folder(path_, "lock", errno);
}

LockedFolder::~LockedFolder() {
  std::error_code ignored;
  if (!given_away_) fs::remove_all(path_, ignored);
}

int LockedFolder::remove_dead(const fs::path& into, const std::string& mark) {
  int removed = 0;
  std::error_code error;
  for (fs::directory_iterator it(into, error), end; !error && it != end; it.increment(error)) {
    if (!it->path().filename().string().starts_with(mark)) continue;
    const UniqueFd lock = lock_of(it->path());
    std::error_code failed;
    if (lock && fs::remove_all(it->path(), failed) > 0 && !failed) ++removed;
  }
  return removed;
}

}  // namespace exo_harness

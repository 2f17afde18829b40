#include "staging_folder.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"

namespace exo_harness::model {
namespace fs = std::filesystem;
namespace {

std::string mark_of(const std::string& name) {
  return format(".{}.staging-", name);
}

[[noreturn]] void cannot(const fs::path& path, const char* verb, int error) {
  throw HarnessError(format("cannot {} {}: {}", verb, path.string(), std::strerror(error)),
                     "check that the folder exists and that you may write there");
}

UniqueFd locked(const fs::path& folder) {
  UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) fd.reset();
  return fd;
}

}  // namespace

StagingFolder::StagingFolder(const fs::path& into, const std::string& name) : into_(into), name_(name) {
  std::error_code error;
  fs::create_directories(into, error);
  if (error) cannot(into, "make", error.value());
  path_ = into / (mark_of(name) + random_hex(8));
  if (::mkdir(path_.c_str(), 0755) != 0) cannot(path_, "make", errno);
  lock_ = locked(path_);
  if (!lock_) cannot(path_, "lock", errno);
}

StagingFolder::~StagingFolder() {
  std::error_code ignored;
  if (!published_) fs::remove_all(path_, ignored);
}

void StagingFolder::publish() {
  const fs::path place = into_ / name_;
  if (::rename(path_.c_str(), place.c_str()) != 0) {
    if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR) {
      throw UsageError(format("{} is there by now", place.string()),
                       "another process staged it meanwhile: look at it with `models check`");
    }
    cannot(place, "put the model in", errno);
  }
  published_ = true;
  const UniqueFd parent(::open(into_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent) ::fsync(parent.get());
}

void StagingFolder::take_over() {
  const fs::path place = into_ / name_;
  if (::rmdir(path_.c_str()) != 0 || ::rename(place.c_str(), path_.c_str()) != 0) cannot(place, "remove", errno);
}

void StagingFolder::remove_dead(const fs::path& into, const std::string& name) {
  const std::string mark = mark_of(name);
  std::error_code error;
  for (fs::directory_iterator it(into, error), end; !error && it != end; it.increment(error)) {
    if (it->path().filename().string().rfind(mark, 0) != 0) continue;
    const UniqueFd lock = locked(it->path());
    std::error_code ignored;
    if (lock) fs::remove_all(it->path(), ignored);
  }
}

void remove_dead_parts(const fs::path& file) {
  const std::string mark = file.filename().string() + ".";
  std::error_code error, ignored;
  for (fs::directory_iterator it(file.parent_path(), error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with(mark) && name.ends_with(".part")) fs::remove(it->path(), ignored);
  }
}

}  // namespace exo_harness::model

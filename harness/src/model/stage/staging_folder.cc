#include "staging_folder.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
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

}  // namespace

StagingFolder::StagingFolder(const fs::path& into, const std::string& name)
    : into_(into), name_(name), folder_(into, mark_of(name)) {}

void StagingFolder::publish() {
  const fs::path place = into_ / name_;
  if (::rename(path().c_str(), place.c_str()) != 0) {
    if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR) {
      throw UsageError(format("{} is there by now", place.string()),
                       "another process staged it meanwhile: look at it with `models check`");
    }
    cannot(place, "put the model in", errno);
  }
  folder_.give_away();
  const UniqueFd parent(::open(into_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent) ::fsync(parent.get());
}

void StagingFolder::take_over() {
  const fs::path place = into_ / name_;
  if (::rmdir(path().c_str()) != 0 || ::rename(place.c_str(), path().c_str()) != 0) cannot(place, "remove", errno);
}

void StagingFolder::remove_dead(const fs::path& into, const std::string& name) {
  LockedFolder::remove_dead(into, mark_of(name));
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

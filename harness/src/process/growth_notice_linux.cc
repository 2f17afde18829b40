#include <array>

#include <sys/inotify.h>
#include <unistd.h>

#include "exo_harness/process/growth_notice.h"

namespace exo_harness::process {

GrowthNotice::GrowthNotice(const std::filesystem::path& file) : fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (fd_ && ::inotify_add_watch(fd_.get(), file.c_str(), IN_MODIFY) < 0) fd_.reset();
}

void GrowthNotice::clear() {
  std::array<char, 4096> rubbish;
  while (::read(fd_.get(), rubbish.data(), rubbish.size()) > 0) {
  }
}

}  // namespace exo_harness::process

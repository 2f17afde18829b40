#include <fcntl.h>
#include <sys/event.h>
#include <unistd.h>

#include "exo_harness/process/growth_notice.h"

namespace exo_harness::process {

GrowthNotice::GrowthNotice(const std::filesystem::path& file)
    : fd_(::kqueue()), file_(::open(file.c_str(), O_EVTONLY | O_CLOEXEC)) {
  struct kevent wanted;
  EV_SET(&wanted, file_.get(), EVFILT_VNODE, EV_ADD | EV_CLEAR, NOTE_WRITE | NOTE_EXTEND, 0, nullptr);
  if (!fd_ || !file_ || ::kevent(fd_.get(), &wanted, 1, nullptr, 0, nullptr) != 0) fd_.reset();
}

void GrowthNotice::clear() {
  struct kevent rubbish;
  const struct timespec at_once {};
  while (fd_ && ::kevent(fd_.get(), nullptr, 0, &rubbish, 1, &at_once) > 0) {
  }
}

}  // namespace exo_harness::process

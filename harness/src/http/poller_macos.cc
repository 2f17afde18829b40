#include <algorithm>
#include <array>

#include <sys/event.h>
#include <unistd.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/error.h"

#include "poller.h"

namespace exo_harness::http {

namespace {

constexpr std::size_t kAtOnce = 512;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

void change(int queue, int fd, std::int16_t filter, bool on) {
  struct kevent event;
  EV_SET(&event, static_cast<uintptr_t>(fd), filter, static_cast<std::uint16_t>(on ? EV_ADD : EV_DELETE), 0, 0,
         nullptr);
  ::kevent(queue, &event, 1, nullptr, 0, nullptr);
}

}  // namespace

Poller::Poller() : queue_(::kqueue()) {
  if (queue_ < 0) {
    throw HarnessError("the system gives no event queue", "raise the limit of open files (ulimit -n) and try again");
  }
}

Poller::~Poller() {
  ::close(queue_);
}

// Both filters are told each time: a descriptor that was closed unasked has lost them. To take one out that is not
// there is an error that says nothing.
void Poller::watch(int fd, bool read, bool write) {
  change(queue_, fd, EVFILT_READ, read);
  change(queue_, fd, EVFILT_WRITE, write);
}

void Poller::forget(int fd) {
  watch(fd, false, false);
}

const std::vector<Poller::Ready>& Poller::wait(std::int64_t until_ns) {
  const std::int64_t left = std::max<std::int64_t>(0, until_ns - monotonic_ns());
  const timespec timeout{static_cast<time_t>(left / kNsPerSecond), static_cast<long>(left % kNsPerSecond)};
  std::array<struct kevent, kAtOnce> events;
  const int count = ::kevent(queue_, nullptr, 0, events.data(), static_cast<int>(events.size()), &timeout);
  ready_.clear();
  for (int i = 0; i < count; ++i) {
    const struct kevent& event = events[static_cast<std::size_t>(i)];
    const bool broken = (event.flags & EV_ERROR) != 0;
    ready_.push_back(
        {static_cast<int>(event.ident), broken || event.filter == EVFILT_READ, broken || event.filter == EVFILT_WRITE});
  }
  return ready_;
}

}  // namespace exo_harness::http

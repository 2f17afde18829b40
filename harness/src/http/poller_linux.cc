#include <array>

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "exo_harness/core/error.h"

#include "poller.h"

namespace exo_harness::http {

namespace {

constexpr std::size_t kAtOnce = 512;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

}  // namespace

Poller::Poller()
    : queue_(::epoll_create1(EPOLL_CLOEXEC)), timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  if (queue_ < 0 || timer_ < 0) {
    throw HarnessError("the system gives no event queue", "raise the limit of open files (ulimit -n) and try again");
  }
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = timer_;
  ::epoll_ctl(queue_, EPOLL_CTL_ADD, timer_, &event);
}

Poller::~Poller() {
  ::close(timer_);
  ::close(queue_);
}

// One that was closed unasked and given out again is not in the queue any more, and nobody else knows of that.
void Poller::watch(int fd, bool read, bool write) {
  epoll_event event{};
  event.events = (read ? EPOLLIN : 0u) | (write ? EPOLLOUT : 0u);
  event.data.fd = fd;
  if (::epoll_ctl(queue_, EPOLL_CTL_MOD, fd, &event) != 0) ::epoll_ctl(queue_, EPOLL_CTL_ADD, fd, &event);
}

void Poller::forget(int fd) {
  ::epoll_ctl(queue_, EPOLL_CTL_DEL, fd, nullptr);
}

// epoll_wait counts in milliseconds; a request that is due is not to wait for the next one.
const std::vector<Poller::Ready>& Poller::wait(std::int64_t until_ns) {
  if (until_ns != timer_at_ns_) {
    timer_at_ns_ = until_ns;
    const std::int64_t at = until_ns > 0 ? until_ns : 1;  // 0 would disarm it.
    const itimerspec when{{0, 0}, {at / kNsPerSecond, at % kNsPerSecond}};
    ::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr);
  }
  std::array<epoll_event, kAtOnce> events;
  const int count = ::epoll_wait(queue_, events.data(), static_cast<int>(events.size()), -1);
  ready_.clear();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.fd == timer_) {
      std::uint64_t times = 0;
      static_cast<void>(!::read(timer_, &times, sizeof times));
      timer_at_ns_ = -1;
      continue;
    }
    const bool broken = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
    ready_.push_back(
        {event.data.fd, broken || (event.events & EPOLLIN) != 0, broken || (event.events & EPOLLOUT) != 0});
  }
  return ready_;
}

}  // namespace exo_harness::http

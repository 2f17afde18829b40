#include "exo_harness/process/interrupts.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

#include "exo_harness/core/exit_code.h"

namespace exo_harness::process {
namespace {

constexpr int kAtOnce = 3;
constexpr milliseconds kLookEvery{20};

std::atomic<int> g_count{0}, g_last{0};
std::array<int, 2> g_pipe{-1, -1};

void on_signal(int number) {
  const int saved = errno;
  g_last = number;
  if (++g_count >= kAtOnce) ::_exit(to_int(ExitCode::harness));
  [[maybe_unused]] const ssize_t n = ::write(g_pipe[1], "", 1);
  errno = saved;
}

}  // namespace

Interrupts& Interrupts::install() {
  static Interrupts the_one;
  return the_one;
}

Interrupts::Interrupts() {
  if (::pipe(g_pipe.data()) != 0) return;
  for (const int fd : g_pipe) {
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
  }
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    ::sigaction(number, nullptr, &before);
    if (before.sa_handler != SIG_IGN) ::sigaction(number, &action, nullptr);  // nohup means it.
  }
}

int Interrupts::count() const {
  return g_count;
}
int Interrupts::last_signal() const {
  return g_last;
}
int Interrupts::fd() const {
  return g_pipe[0];
}

bool Interrupts::wait(int seen, Deadline deadline) const {
  return wait_until(deadline, kLookEvery, [&] { return g_count > seen; });
}

}  // namespace exo_harness::process

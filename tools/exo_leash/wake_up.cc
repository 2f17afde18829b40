#include "wake_up.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace exo_leash {
namespace {

volatile std::sig_atomic_t g_asked_to_end = 0;
int g_write_end = -1;

void on_signal(int number) {
  const int saved = errno;
  if (number == SIGTERM) g_asked_to_end = 1;
  [[maybe_unused]] const ssize_t n = ::write(g_write_end, "", 1);
  errno = saved;
}

}  // namespace

WakeUp::WakeUp() {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return;
  for (const int fd : ends) {
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
  }
  read_end_ = exo_harness::UniqueFd(ends[0]);
  g_write_end = ends[1];
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGCHLD, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  for (const int number : {SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU}) ::signal(number, SIG_IGN);
}

void WakeUp::clear() {
  std::array<char, 256> rubbish;
  while (::read(read_end_.get(), rubbish.data(), rubbish.size()) > 0) {
  }
}

bool WakeUp::asked_to_end() const {
  return g_asked_to_end != 0;
}

}  // namespace exo_leash

#include "runner/child.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <boost/asio/buffer.hpp>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exo_harness/core/error.h"

namespace exo_harness::fake {
namespace {

void close_on_exec(int fd) {
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

[[noreturn]] void become_runner(const std::string& program, const std::string& name, int control, int alive) {
  ::dup2(control, 0);
  ::dup2(alive, 9);
  ::fcntl(9, F_SETFD, 0);  // when it was 9 already
  for (int fd = 3; fd < 1024; ++fd)
    if (fd != 9) ::close(fd);
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGINT, SIG_IGN);
  char* const argv[] = {const_cast<char*>(program.c_str()), const_cast<char*>("spawn_main"),
                        const_cast<char*>("--multiprocessing-fork"), const_cast<char*>(name.c_str()), nullptr};
  ::execvp(program.c_str(), argv);
  ::_exit(127);
}

}  // namespace

Child::~Child() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Child::start(const std::string& program, const std::string& name, std::function<void(int)> ended) {
  ended_ = std::move(ended);
  int control[2], alive[2];
  if (::pipe(control) != 0)
    throw HarnessError(std::string("pipe: ") + std::strerror(errno), "raise the limit of open files");
  if (::pipe(alive) != 0)
    throw HarnessError(std::string("pipe: ") + std::strerror(errno), "raise the limit of open files");
  for (int fd : {control[0], control[1], alive[0], alive[1]}) close_on_exec(fd);
  pid_ = ::fork();
  if (pid_ < 0) throw HarnessError(std::string("fork: ") + std::strerror(errno), "too many processes?");
  if (pid_ == 0) become_runner(program, name, control[0], alive[1]);
  ::close(control[0]);
  ::close(alive[1]);
  control_.assign(control[1]);
  alive_.assign(alive[0]);
  // The process holds the other end: it is gone when this read ends.
  alive_.async_read_some(boost::asio::buffer(&byte_, 1),
                         [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                           if (error != boost::asio::error::operation_aborted) self->reap();
                         });
}

void Child::reap() {
  if (pid_ <= 0) return;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  if (const auto ended = std::exchange(ended_, nullptr)) ended(status);
}

void Child::stop(bool hard) {
  if (hard && pid_ > 0) ::kill(pid_, SIGKILL);
  boost::system::error_code ignored;
  control_.close(ignored);
}

int run_runner_process() {
  char byte = 0;
  while (::read(0, &byte, 1) > 0 || errno == EINTR) {
  }
  return 0;
}

std::string describe_status(int status) {
  if (WIFSIGNALED(status)) {
    std::string name = ::strsignal(WTERMSIG(status));
    return "signal=" + std::to_string(WTERMSIG(status)) + " (" + name.substr(0, name.find(':')) + ")";
  }
  return "exitcode=" + std::to_string(WEXITSTATUS(status));
}

}  // namespace exo_harness::fake

#include "script.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exo_harness/core/file.h"
#include "exo_harness/process/marks.h"
#include "exo_harness/process/table.h"

namespace exo_leash {
namespace {

using exo_harness::UniqueFd;

void default_signals() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGCHLD, SIGTSTP, SIGTTIN, SIGTTOU}) {
    ::signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become_script(const ScriptPlan& plan, pid_t supervisor, int report) {
  ::setsid();
  exo_harness::process::die_with_parent(supervisor);
  default_signals();
  ::dup2(::open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
  ::dup2(plan.output, 1);
  ::dup2(plan.output, 2);
  ::dup2(plan.mark, kMarkDescriptor);
  ::fcntl(kMarkDescriptor, F_SETFD, 0);  // It may have been there already, close-on-exec.
  ::setenv(exo_harness::process::kRunIdVariable, plan.run_id.c_str(), 1);
  std::vector<char*> arguments;
  for (const std::string& word : plan.command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  const int error = errno;
  [[maybe_unused]] const ssize_t n = ::write(report, &error, sizeof error);
  ::_exit(127);
}

// Above kMarkDescriptor, so that the mark cannot land on it.
UniqueFd out_of_the_way(int fd) {
  const UniqueFd old(fd);
  return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, kMarkDescriptor + 1));
}

}  // namespace

StartedScript start_script(const ScriptPlan& plan) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return {0, errno};
  UniqueFd read_end = out_of_the_way(ends[0]), write_end = out_of_the_way(ends[1]);
  const pid_t supervisor = ::getpid(), child = ::fork();
  if (child < 0) return {0, errno};
  if (child == 0) become_script(plan, supervisor, write_end.get());
  write_end.reset();
  int error = 0;
  ssize_t n = 0;
  while ((n = ::read(read_end.get(), &error, sizeof error)) < 0 && errno == EINTR) {
  }
  if (n <= 0) return {child, 0};
  ::waitpid(child, nullptr, 0);
  return {0, error};
}

}  // namespace exo_leash

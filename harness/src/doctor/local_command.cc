#include "exo_harness/doctor/local_command.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"

extern char** environ;

namespace exo_harness::doctor {
namespace {

constexpr std::size_t kLimit = 4u << 20;

struct Pipe {
  Pipe() {
    int ends[2];
    if (::pipe(ends) != 0) throw HarnessError("no pipe: " + std::string(std::strerror(errno)), "raise `ulimit -n`");
    read = UniqueFd(ends[0]);
    write = UniqueFd(ends[1]);
    ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    ::fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  }
  UniqueFd read, write;
};

// Result: 0, or the errno of a start that failed.
int start(const std::vector<std::string>& command, Pipe& out, Pipe& err, pid_t& pid) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, err.write.get(), 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  const int result = ::posix_spawnp(&pid, argv[0], &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  out.write.reset();
  err.write.reset();
  return result;
}

// Reads what is there. Returns whether the end has come.
bool take(UniqueFd& fd, std::string& text) {
  std::array<char, 65536> buffer;
  const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
  if (count > 0)
    text.append(buffer.data(),
                std::min<std::size_t>(static_cast<std::size_t>(count), kLimit - std::min(kLimit, text.size())));
  if (count > 0 || (count < 0 && errno == EINTR)) return false;
  fd.reset();
  return true;
}

// Returns whether both ends came before the deadline.
bool read_both(Pipe& out, Pipe& err, CommandAnswer& answer, Deadline deadline) {
  while (out.read || err.read) {
    std::array<pollfd, 2> fds{pollfd{out.read.get(), POLLIN, 0}, pollfd{err.read.get(), POLLIN, 0}};
    if (deadline.expired()) return false;
    const int ready = ::poll(fds.data(), fds.size(), static_cast<int>(deadline.remaining().count()) + 1);
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) continue;
    if (fds[0].revents != 0) take(out.read, answer.out);
    if (fds[1].revents != 0) take(err.read, answer.err);
  }
  return true;
}

bool reap(pid_t pid, int& status, int flags) {
  pid_t result;
  do {
    result = ::waitpid(pid, &status, flags);
  } while (result < 0 && errno == EINTR);
  return result != 0;
}

}  // namespace

CommandAnswer run_local(const std::vector<std::string>& command, std::chrono::milliseconds limit) {
  const Deadline deadline = Deadline::after(limit);
  CommandAnswer answer;
  Pipe out, err;
  pid_t pid = 0;
  if (start(command, out, err, pid) != 0) {
    answer.found = false;
    answer.exit_code = 127;
    return answer;
  }
  int status = 0;
  const bool ended = read_both(out, err, answer, deadline) &&
                     wait_until(deadline, milliseconds(5), [&] { return reap(pid, status, WNOHANG); });
  if (!ended) {
    answer.timed_out = true;
    ::kill(-pid, SIGKILL);
    reap(pid, status, 0);
  }
  answer.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return answer;
}

RunCommand local_commands(std::chrono::milliseconds limit) {
  return [limit](const std::vector<std::string>& command) { return run_local(command, limit); };
}

}  // namespace exo_harness::doctor

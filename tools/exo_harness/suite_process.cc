#include "suite_process.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

extern char** environ;

namespace exo_harness::tools {
namespace {

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& extra) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string name(*entry, std::strcspn(*entry, "="));
    if (!extra.count(name)) result.emplace_back(*entry);
  }
  for (const auto& [name, value] : extra) result.push_back(name + "=" + value);
  return result;
}

pid_t spawn(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment,
            const std::string& out, const std::string& err) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (err == out) {
    posix_spawn_file_actions_adddup2(&files, 1, 2);
  } else {
    posix_spawn_file_actions_addopen(&files, 2, err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::vector<std::string> words = command, variables = merged_environment(environment);
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, command.front().c_str(), &files, &attributes, pointers(words).data(),
                                  pointers(variables).data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    throw HarnessError(format("cannot start {}: {}", command.front(), std::strerror(error)), "build all of it again");
  }
  return pid;
}

}  // namespace

SuiteProcess SuiteProcess::start(const std::vector<std::string>& command,
                                 const std::map<std::string, std::string>& environment,
                                 const std::filesystem::path& output, const std::filesystem::path& errors) {
  return SuiteProcess(spawn(command, environment, output.string(), errors.string()));
}

SuiteProcess::SuiteProcess(SuiteProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), ending_(other.ending_) {}

SuiteProcess::~SuiteProcess() {
  if (pid_ <= 0) return;
  ::kill(-pid_, SIGKILL);  // Also what a suite that ended left behind in its group.
  if (!ending_) ::waitpid(pid_, nullptr, 0);
}

std::optional<Ending> SuiteProcess::poll() {
  if (ending_) return ending_;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  ending_ = WIFSIGNALED(status) ? Ending{0, WTERMSIG(status)} : Ending{WEXITSTATUS(status), 0};
  return ending_;
}

void SuiteProcess::signal(int number) {
  if (!ending_) ::kill(-pid_, number);
}

Captured capture(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment,
                 int limit_ms) {
  const TemporaryFolder folder;
  const auto output = folder.path() / "output", errors = folder.path() / "errors";
  Captured captured;
  {
    SuiteProcess process = SuiteProcess::start(command, environment, output, errors);
    captured.timed_out = !wait_until(Deadline::after(milliseconds(limit_ms)), milliseconds(2),
                                     [&] { return process.poll().has_value(); });
    if (!captured.timed_out) captured.ending = *process.poll();
  }
  captured.output = read_file(output);
  captured.errors = read_file(errors);
  return captured;
}

}  // namespace exo_harness::tools

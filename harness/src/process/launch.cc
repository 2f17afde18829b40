#include "launch.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/open_files.h"
#include "exo_harness/process/table.h"

#include "boost_process.h"
#include "spawner_thread.h"

namespace exo_harness::process {
namespace fs = std::filesystem;
namespace {

// Runs in the child between fork and exec: async-signal-safe calls only.
struct ChildSetUp : boost_process::extend::handler {
  const Launch* plan;
  pid_t parent;
  int null_input;

  ChildSetUp(const Launch& launch, int input) : plan(&launch), parent(::getpid()), null_input(input) {}

  template <class Executor>
  void on_exec_setup(Executor& executor) const {
    if (plan->own_group) ::setpgid(0, 0);
    if (plan->dies_with_us) die_with_parent(parent);
    restore_signals();
    restore_open_file_limit();
    ::dup2(null_input, 0);
    if (plan->output >= 0) {
      ::dup2(plan->output, 1);
      ::dup2(plan->errors >= 0 ? plan->errors : plan->output, 2);
    }
    close_on_exec_from(3);
    for (const int fd : plan->inherited) ::fcntl(fd, F_SETFD, 0);
    if (!plan->working_folder.empty() && ::chdir(plan->working_folder.c_str()) != 0) fail(executor);
  }

  template <class Executor>
  static void fail(Executor& executor) {
    executor.set_error(std::error_code(errno, std::system_category()), "chdir failed");
  }

  static void restore_signals() {
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGCHLD}) ::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
  }
};

boost_process::environment environment_of(const Launch& plan) {
  boost_process::environment environment = boost::this_process::environment();
  for (const auto& [name, value] : plan.environment) {
    if (value.empty()) {
      environment.erase(name);
    } else {
      environment[name] = value;
    }
  }
  return environment;
}

pid_t launch_here(const Launch& plan) try {
  const UniqueFd input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  boost_process::child child(boost_process::exe = plan.program.string(), boost_process::args = plan.arguments,
                             environment_of(plan), ChildSetUp(plan, input.get()));
  const pid_t pid = child.id();
  child.detach();
  return pid;
} catch (const std::system_error& error) {
  throw CannotStart(format("cannot start {}: {}", plan.program.string(), error.code().message()),
                    "check its first line (#!) and that it is built for this machine");
}

std::mutex g_launched_mutex;
std::vector<pid_t> g_launched;

bool is_program(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

fs::path checked(const fs::path& path) {
  if (is_program(path)) return path;
  if (!fs::exists(path)) throw CannotStart(path.string() + " does not exist", "check the path; it is taken from here");
  if (fs::is_directory(path)) throw CannotStart(path.string() + " is a folder", "name the script in it");
  throw CannotStart(path.string() + " is not executable", "run: chmod +x " + path.string());
}

}  // namespace

pid_t launch(const Launch& plan) {
  pid_t pid = 0;
  on_spawner_thread([&] {
    pid = launch_here(plan);
    const std::lock_guard lock(g_launched_mutex);
    g_launched.push_back(pid);
  });
  return pid;
}

std::vector<pid_t> launched() {
  const std::lock_guard lock(g_launched_mutex);
  return g_launched;
}

void forget(pid_t pid) {
  const std::lock_guard lock(g_launched_mutex);
  g_launched.erase(std::remove(g_launched.begin(), g_launched.end(), pid), g_launched.end());
}

fs::path find_program(const std::string& command) {
  if (contains(command, "/")) return checked(fs::absolute(command));
  const char* path = std::getenv("PATH");
  for (const std::string_view folder : split(path != nullptr ? path : "/usr/bin:/bin", ':')) {
    if (is_program(fs::path(folder) / command)) return fs::path(folder) / command;
  }
  throw CannotStart(command + " is not in PATH", "name it with its path: ./" + command);
}

}  // namespace exo_harness::process

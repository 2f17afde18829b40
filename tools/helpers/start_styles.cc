#include "start_styles.h"

#include <csignal>
#include <cstdio>
#include <map>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "registry.h"

namespace {

constexpr int kWorkers = 3, kMostDescriptors = 1024;
constexpr useconds_t kRespawnPause = 3000, kWorkerLife = 300000;

template <class Work>
void in_child(Work work) {
  if (::fork() != 0) return;
  work();
  ::_exit(0);
}

void become_daemon(bool close_files) {
  if (::fork() != 0) ::_exit(0);
  ::setsid();
  if (::fork() != 0) ::_exit(0);
  if (::chdir("/") != 0) ::_exit(1);
  for (int fd = 0; close_files && fd < kMostDescriptors; ++fd) ::close(fd);
  if (close_files) {
    ::open("/dev/null", O_RDWR);
    ::dup2(0, 1);
    ::dup2(0, 2);
  }
}

[[noreturn]] void wait_for_ever() {
  for (;;) ::pause();
}

void start_workers(bool stubborn) {
  for (int i = 0; i < kWorkers; ++i) in_child([=] { work_for_ever(stubborn); });
}

// Replaces itself by a worker that has no environment at all.
[[noreturn]] void lose_environment() {
  std::string name = "misbehave", style = "stubborn_worker", folder = registry();
  char* arguments[] = {name.data(), style.data(), folder.data(), nullptr};
  char* environment[] = {nullptr};
  ::execve(own_path().c_str(), arguments, environment);
  std::perror("misbehave: cannot run itself again");
  ::_exit(1);  // and not a worker that has an environment: the test would test nothing
}

int foreground() {
  start_workers(false);
  wait_for_ever();
}

int background() {
  ::signal(SIGHUP, SIG_IGN);
  start_workers(false);
  return 0;
}

int own_session() {
  in_child([] {
    ::setsid();
    start_workers(true);
    work_for_ever(true);
  });
  wait_for_ever();
}

int daemon_style() {
  in_child([] {
    become_daemon(true);
    register_self();
    start_workers(true);
    wait_for_ever();
  });
  return 0;
}

// A watchdog that has lost every tie, and starts a worker that has lost it, too, every few milliseconds.
int respawn() {
  in_child([] {
    become_daemon(true);
    register_self();
    ::signal(SIGTERM, SIG_IGN);
    ::signal(SIGCHLD, SIG_IGN);
    for (;; ::usleep(kRespawnPause)) {
      in_child([] {
        become_daemon(true);
        register_self();
        ::usleep(kWorkerLife);
      });
    }
  });
  wait_for_ever();
}

// Without any mark, but no orphan yet: only who saw it in its family knows it later.
int scrubbed_at_home() {
  in_child([] {
    ::setsid();
    for (int fd = 3; fd < kMostDescriptors; ++fd) ::close(fd);
    lose_environment();
  });
  wait_for_ever();
}

int scrubbed() {
  in_child([] {
    become_daemon(true);
    lose_environment();
  });
  wait_for_ever();
}

int scrubbed_keeps_files() {
  in_child([] {
    become_daemon(false);
    lose_environment();
  });
  wait_for_ever();
}

}  // namespace

void work_for_ever(bool stubborn) {
  register_self();
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
    if (stubborn) ::signal(number, SIG_IGN);
  }
  wait_for_ever();
}

int run_start_style(const std::string& style) {
  const std::map<std::string, int (*)()> styles{{"foreground", foreground},
                                                {"background", background},
                                                {"setsid", own_session},
                                                {"daemon", daemon_style},
                                                {"respawn", respawn},
                                                {"scrubbed", scrubbed},
                                                {"scrubbed_at_home", scrubbed_at_home},
                                                {"scrubbed_keeps_files", scrubbed_keeps_files}};
  const auto found = styles.find(style);
  if (found == styles.end()) return -1;
  register_self();
  return found->second();
}

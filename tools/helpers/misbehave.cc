// misbehave <how> <registry folder> [number [program…]]: a start script, or what one starts, that does not do what it
// should.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "registry.h"
#include "start_styles.h"

namespace {

std::string g_registry, g_own_path;
long g_number = 0;
char** g_program = nullptr;

// `number` bytes of any value to standard output, then to standard error; not one newline.
int flood() {
  std::vector<char> block(1 << 20);
  for (std::size_t i = 0; i < block.size(); ++i) block[i] = static_cast<char>(i % 256 == '\n' ? 'x' : i % 256);
  for (const int fd : {1, 2}) {
    for (long left = g_number; left > 0; left -= static_cast<long>(block.size())) {
      if (::write(fd, block.data(), block.size()) < 0) return 1;
    }
  }
  work_for_ever(false);
}

// End of file at once is what a start script must get.
int read_input() {
  char c = 0;
  const ssize_t n = ::read(0, &c, 1);
  std::printf("read %zd\n", n);
  std::fflush(stdout);
  work_for_ever(false);
}

// Its open descriptors and its mark. Not by a shell: macOS hides the environment of its own, and `ls` opens some
// itself.
int print_what_it_got() {
  for (int fd = 0; fd < 1024; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) std::printf("%d ", fd);
  }
  const char* mark = std::getenv("EXO_HARNESS_RUN_ID");
  std::printf("%s\n", mark != nullptr ? mark : "(no mark)");
  return 0;
}

// A start script that is over before the cluster is up: `program` becomes a daemon.
int forks_twice() {
  if (g_program == nullptr || ::fork() != 0) return 0;
  ::setsid();
  if (::fork() != 0) ::_exit(0);
  const int null = ::open("/dev/null", O_RDWR);
  for (const int fd : {0, 1, 2}) ::dup2(null, fd);
  ::execv(g_program[0], g_program);
  ::_exit(127);
}

// Ends in good order, but takes `number` milliseconds for it.
int end_slowly() {
  register_self();
  static volatile std::sig_atomic_t ended = 0;
  ::signal(SIGTERM, [](int) { ended = 1; });
  while (ended == 0) ::usleep(1000);
  ::usleep(static_cast<useconds_t>(g_number) * 1000);
  return 0;
}

int many_workers() {
  for (long i = 0; i < g_number; ++i) {
    if (::fork() == 0) work_for_ever(false);
  }
  work_for_ever(false);
}

int stubborn_family() {
  if (::fork() == 0) {
    if (::fork() == 0) work_for_ever(true);
    work_for_ever(true);
  }
  work_for_ever(true);
}

// A family on the move: each member lives only until it has forked the next one, `number` times; the last one stays.
int restless() {
  register_self();
  for (const int number : {SIGTERM, SIGCHLD}) ::signal(number, SIG_IGN);
  for (long left = g_number; left > 0; --left) {
    if (::fork() != 0) ::_exit(0);
  }
  work_for_ever(true);
}

int run(const std::string& how) {
  if (how == "worker") work_for_ever(false);
  if (how == "stubborn_worker") work_for_ever(true);
  if (how == "stubborn_family") return stubborn_family();
  if (how == "exits") return static_cast<int>(g_number);
  if (how == "aborts") std::abort();
  if (how == "floods") return flood();
  if (how == "reads_input") return read_input();
  if (how == "ends_slowly") return end_slowly();
  if (how == "prints_what_it_got") return print_what_it_got();
  if (how == "forks_twice") return forks_twice();
  if (how == "restless") return restless();
  if (how == "many_workers") return many_workers();
  return run_start_style(how);
}

}  // namespace

void set_registry(const std::string& folder) {
  g_registry = folder;
}
const std::string& registry() {
  return g_registry;
}

const std::string& own_path() {
  return g_own_path;
}

void register_self() {
  const std::string file = g_registry + "/" + std::to_string(::getpid());
  ::close(::open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
}

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: misbehave <how> <registry folder> [number]\n");
    return 2;
  }
  set_registry(argv[2]);
  g_own_path = std::filesystem::absolute(argv[0]).string();
  g_program = argc > 4 ? argv + 4 : nullptr;
  g_number = argc > 3 ? std::strtol(argv[3], nullptr, 10) : 0;
  const int result = run(argv[1]);
  if (result < 0) std::fprintf(stderr, "misbehave: no such behaviour: %s\n", argv[1]);
  return result < 0 ? 2 : result;
}

#include "terminal.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __APPLE__
#include <util.h>
#else
#include <pty.h>
#endif

namespace exo_harness::tools {
namespace {

constexpr milliseconds kReadEvery{5};

[[noreturn]] void become(int terminal, const std::vector<std::string>& command,
                         const std::map<std::string, std::string>& environment) {
  ::setsid();
  ::ioctl(terminal, TIOCSCTTY, 0);
  for (const int fd : {0, 1, 2}) ::dup2(terminal, fd);
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

}  // namespace

Terminal::Terminal(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment) {
  int ours = -1, theirs = -1;
  if (::openpty(&ours, &theirs, nullptr, nullptr, nullptr) != 0)
    throw std::runtime_error("there is no pseudo terminal");
  ours_ = UniqueFd(ours);
  theirs_ = UniqueFd(theirs);
  program_ = ::fork();
  if (program_ == 0) {
    ::close(ours);
    become(theirs, command, environment);
  }
  reader_ = std::thread([this] { read_on(); });
}

Terminal::~Terminal() {
  if (!code_) ::kill(program_, SIGKILL);
  wait(Deadline::after(std::chrono::seconds(5)));
  stop_reading();
}

void Terminal::stop_reading() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  if (reader_.joinable()) reader_.join();
}

void Terminal::hang_up() {
  stop_reading();
  ours_.reset();
  theirs_.reset();
}

void Terminal::read_on() {
  std::array<char, 4096> block;
  while (true) {
    pollfd news{ours_.get(), POLLIN, 0};
    const ssize_t n = ::poll(&news, 1, 20) > 0 ? ::read(ours_.get(), block.data(), block.size()) : 0;
    const std::lock_guard lock(mutex_);
    if (n > 0) screen_.append(block.data(), static_cast<std::size_t>(n));
    if (over_) return;
  }
}

void Terminal::type(std::string_view keys) {
  if (::write(ours_.get(), keys.data(), keys.size()) < 0) throw std::runtime_error("nothing can be typed");
}

std::string Terminal::screen() const {
  const std::lock_guard lock(mutex_);
  return screen_;
}

std::optional<int> Terminal::wait(Deadline deadline) {
  wait_until(deadline, kReadEvery, [&] {
    int status = 0;
    if (!code_ && ::waitpid(program_, &status, WNOHANG) == program_) {
      code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
    return code_.has_value();
  });
  return code_;
}

termios Terminal::settings() const {
  termios settings{};
  ::tcgetattr(theirs_.get(), &settings);
  return settings;
}

bool Terminal::has_input_left() const {
  pollfd input{theirs_.get(), POLLIN, 0};
  return ::poll(&input, 1, 0) > 0;
}

bool same(const termios& a, const termios& b) {
  return a.c_iflag == b.c_iflag && a.c_oflag == b.c_oflag && a.c_cflag == b.c_cflag && a.c_lflag == b.c_lflag &&
         std::equal(std::begin(a.c_cc), std::end(a.c_cc), std::begin(b.c_cc));
}

}  // namespace exo_harness::tools

#include "exo_harness/process/child.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"

#include "launch.h"

namespace exo_harness::process {
namespace {

constexpr milliseconds kPollEvery{5};
constexpr std::chrono::seconds kKillLimit{5};

// A file without a name: it ends with us, and no flood can block its writer.
UniqueFd capture_file() {
  std::string name = (std::filesystem::temp_directory_path() / "exo-harness-output-XXXXXX").string();
  UniqueFd fd(::mkostemp(name.data(), O_APPEND | O_CLOEXEC));
  if (!fd)
    throw HarnessError("cannot write to " + name + ": " + std::strerror(errno), "free space there, or set TMPDIR");
  ::unlink(name.c_str());
  return fd;
}

UniqueFd output_file(const std::filesystem::path& path) {
  if (path.empty()) return capture_file();
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!fd) throw HarnessError("cannot write " + path.string() + ": " + std::strerror(errno), "check the folder");
  return fd;
}

std::uint64_t size_of(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

ExitStatus status_of(int status) {
  ExitStatus result;
  if (WIFEXITED(status)) result.code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  return result;
}

}  // namespace

std::string to_string(const ExitStatus& status) {
  if (status.timed_out) return "did not end in time";
  if (status.flooded) return "wrote more than its limit";
  if (status.signal != 0) return format("killed by signal {} ({})", status.signal, ::strsignal(status.signal));
  return format("exit code {}", status.code);
}

Child Child::start(const CommandOptions& options) {
  UniqueFd file = output_file(options.output);
  const std::uint64_t begin = size_of(file.get());
  Child child = start_into(options, file.get(), -1);
  child.output_ = std::move(file);
  child.output_limit_ = options.output_limit;
  child.output_begin_ = begin;
  return child;
}

Child Child::start_into(const CommandOptions& options, int output, int errors) {
  if (options.command.empty()) throw UsageError("no command was given", "name a program");
  Launch plan;
  plan.program = find_program(options.command.front());
  plan.arguments.assign(options.command.begin() + 1, options.command.end());
  plan.environment = options.environment;
  plan.working_folder = options.working_folder;
  plan.output = output;
  plan.errors = errors;
  Child child;
  child.pid_ = launch(plan);
  return child;
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      status_(other.status_),
      output_(std::move(other.output_)),
      output_limit_(other.output_limit_),
      output_begin_(other.output_begin_),
      flooded_(other.flooded_) {}

Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(status_, other.status_);
  std::swap(output_, other.output_);
  std::swap(output_limit_, other.output_limit_);
  std::swap(output_begin_, other.output_begin_);
  std::swap(flooded_, other.flooded_);
  return *this;
}

Child::~Child() {
  if (pid_ == 0) return;
  signal_group(SIGKILL);
  wait(Deadline::after(kKillLimit));
}

std::optional<ExitStatus> Child::poll() {
  if (pid_ == 0) return status_;
  if (!flooded_ && size_of(output_.get()) > output_begin_ + output_limit_) {
    flooded_ = true;
    signal_group(SIGKILL);
  }
  siginfo_t info{};
  const int result = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
  if (result == 0 && info.si_pid == pid_) reap();
  return status_;
}

// The group goes before its leader is reaped: until then nobody else can get the number of the group.
void Child::reap() {
  ::kill(-pid_, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  forget(std::exchange(pid_, 0));
  status_ = status_of(status);
  status_->flooded = flooded_;
}

std::optional<ExitStatus> Child::wait(Deadline deadline) {
  wait_until(deadline, kPollEvery, [&] { return poll().has_value(); });
  return status_;
}

void Child::signal_group(int signal) {
  if (pid_ > 1) ::kill(-pid_, signal);
}

ExitStatus Child::end(std::chrono::milliseconds grace) {
  if (!poll() && grace.count() > 0) {
    signal_group(SIGTERM);
    wait(Deadline::after(grace));
  }
  if (!status_) {
    signal_group(SIGKILL);
    wait(Deadline::after(kKillLimit));
  }
  return status_.value_or(ExitStatus{0, SIGKILL, true, false});
}

std::string Child::output(std::size_t limit) const {
  const std::uint64_t end = size_of(output_.get());
  std::uint64_t at = std::max(output_begin_, end > limit ? end - limit : 0);
  std::string text(static_cast<std::size_t>(end - at), '\0');
  const ssize_t n = ::pread(output_.get(), text.data(), text.size(), static_cast<off_t>(at));
  text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return text;
}

}  // namespace exo_harness::process

#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/table.h"

#include "proc_linux.h"
#include "proc_text.h"

namespace exo_harness::process {
namespace {

constexpr std::size_t kShownCommand = 200;

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

// Calls `look` with each number that names an entry of `path`, until it returns true.
template <class Look>
bool any_number_in(const std::string& path, Look look) {
  const Folder folder(::opendir(path.c_str()));
  while (const dirent* entry = folder ? ::readdir(folder.get()) : nullptr) {
    if (std::isdigit(static_cast<unsigned char>(entry->d_name[0])) != 0 && look(entry->d_name)) return true;
  }
  return false;
}

}  // namespace

// Not read_file: a process that goes away under the read is no error, and no exception.
std::string proc_file(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string content;
  std::array<char, 16384> block;
  ssize_t n = 0;
  while (fd && (n = ::read(fd.get(), block.data(), block.size())) > 0) {
    content.append(block.data(), static_cast<std::size_t>(n));
  }
  return content;
}

bool holds_socket(pid_t pid, std::uint64_t inode) {
  const std::string folder = format("/proc/{}/fd", pid), wanted = format("socket:[{}]", inode);
  return any_number_in(folder, [&](const char* name) {
    std::array<char, 64> target{};
    const ssize_t n = ::readlink((folder + "/" + name).c_str(), target.data(), target.size() - 1);
    return n > 0 && wanted == target.data();
  });
}

std::optional<ProcessInfo> find_process(pid_t pid) {
  const std::string folder = format("/proc/{}", pid);
  auto info = parse_stat(proc_file(folder + "/stat"));
  struct stat owner {};
  if (!info || ::stat(folder.c_str(), &owner) != 0) return std::nullopt;
  info->uid = owner.st_uid;
  return info;
}

std::optional<ProcessTimes> times_of(pid_t pid) {
  const std::string text = proc_file(format("/proc/{}/stat", pid));
  if (text.empty()) return std::nullopt;
  return parse_times(text, ::sysconf(_SC_CLK_TCK));
}

std::vector<pid_t> all_pids() {
  std::vector<pid_t> pids;
  any_number_in("/proc", [&](const char* name) {
    pids.push_back(static_cast<pid_t>(std::strtol(name, nullptr, 10)));
    return false;
  });
  return pids;
}

bool has_environment(pid_t pid, const std::string& assignment) {
  return holds_assignment(proc_file(format("/proc/{}/environ", pid)), assignment);
}

std::vector<std::string> environment_of(pid_t pid) {
  return strings_of(proc_file(format("/proc/{}/environ", pid)));
}

bool holds_file(pid_t pid, const FileMark& file) {
  const std::string folder = format("/proc/{}/fd", pid);
  return any_number_in(folder, [&](const char* name) {
    struct stat held {};
    return ::stat((folder + "/" + name).c_str(), &held) == 0 && held.st_dev == file.device && held.st_ino == file.inode;
  });
}

std::string command_of(pid_t pid) {
  std::string command = proc_file(format("/proc/{}/cmdline", pid));
  for (char& c : command) {
    if (c == '\0') c = ' ';
  }
  if (command.empty()) command = format("[{}]", trim(proc_file(format("/proc/{}/comm", pid))));
  return shorten(printable(trim(command)), kShownCommand);
}

bool send_signal(ProcessId id, int signal) {
  if (id.pid <= 1 || id.pid == ::getpid()) return false;
  // The descriptor pins the process: if the start time still fits once we hold it, the signal goes to nobody else.
  const UniqueFd pinned(static_cast<int>(::syscall(SYS_pidfd_open, id.pid, 0)));
  const bool no_pidfd = !pinned && errno == ENOSYS;
  if (!pinned && !no_pidfd) return false;
  const auto now = find_process(id.pid);
  if (!now || now->id != id || now->uid != ::getuid()) return false;
  if (no_pidfd) return ::kill(id.pid, signal) == 0;
  return ::syscall(SYS_pidfd_send_signal, pinned.get(), signal, nullptr, 0) == 0;
}

UniqueFd exit_notice(pid_t pid) {
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

bool adopt_orphans() {
  return ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
}

void die_with_parent(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
}

void close_on_exec_from(int first) {
  constexpr unsigned kCloseOnExec = 1u << 2;  // CLOSE_RANGE_CLOEXEC, Linux 5.11; not in every libc.
  constexpr int kOldLimit = 4096;
#ifdef SYS_close_range
  if (::syscall(SYS_close_range, static_cast<unsigned>(first), ~0u, kCloseOnExec) == 0) return;
#endif
  for (int fd = first; fd < kOldLimit; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

std::string boot_id() {
  return std::string(trim(proc_file("/proc/sys/kernel/random/boot_id")));
}

}  // namespace exo_harness::process

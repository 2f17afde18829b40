// Documented interfaces only: libproc.h, sysctl(3), kqueue(2). Not run on a Mac yet (tools/README.md); what is parsed
// here is tested on Linux (proc_text_test.cc).
#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <libproc.h>
#include <netinet/in.h>
#include <sys/event.h>
#include <sys/sysctl.h>
#include <unistd.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/child.h"
#include "exo_harness/process/table.h"

#include "proc_macos.h"
#include "proc_text.h"

namespace exo_harness::process {
namespace {

constexpr std::size_t kShownCommand = 200;
constexpr int kMostDescriptors = 10240;
constexpr std::uint64_t kMicroseconds = 1000000;

char state_letter(std::uint32_t status) {
  switch (status) {
    case SZOMB:
      return 'Z';
    case SSTOP:
      return 'T';
    case SRUN:
      return 'R';
    default:
      return 'S';
  }
}

std::string process_arguments(pid_t pid) {
  std::array<int, 3> name{CTL_KERN, KERN_PROCARGS2, pid};
  std::size_t size = 0;
  if (::sysctl(name.data(), name.size(), nullptr, &size, nullptr, 0) != 0) return {};
  std::string answer(size, '\0');
  if (::sysctl(name.data(), name.size(), answer.data(), &size, nullptr, 0) != 0) return {};
  answer.resize(size);
  return answer;
}

std::vector<proc_fdinfo> descriptors_of(pid_t pid) {
  const int bytes = ::proc_pidinfo(pid, PROC_PIDLISTFDS, 0, nullptr, 0);
  std::vector<proc_fdinfo> found(bytes > 0 ? static_cast<std::size_t>(bytes) / sizeof(proc_fdinfo) : 0);
  const int got =
      ::proc_pidinfo(pid, PROC_PIDLISTFDS, 0, found.data(), static_cast<int>(found.size() * sizeof(proc_fdinfo)));
  found.resize(got > 0 ? static_cast<std::size_t>(got) / sizeof(proc_fdinfo) : 0);
  return found;
}

bool listens(pid_t pid, int descriptor, int port) {
  socket_fdinfo info{};
  if (::proc_pidfdinfo(pid, descriptor, PROC_PIDFDSOCKETINFO, &info, sizeof info) != sizeof info) return false;
  const auto& tcp = info.psi.soi_proto.pri_tcp;
  return info.psi.soi_kind == SOCKINFO_TCP && tcp.tcpsi_state == TSI_S_LISTEN &&
         ntohs(static_cast<std::uint16_t>(tcp.tcpsi_ini.insi_lport)) == port;
}

bool is_open_file(pid_t pid, int descriptor, const FileMark& file) {
  vnode_fdinfo info{};
  if (::proc_pidfdinfo(pid, descriptor, PROC_PIDFDVNODEINFO, &info, sizeof info) != sizeof info) return false;
  return static_cast<dev_t>(info.pvi.vi_stat.vst_dev) == file.device && info.pvi.vi_stat.vst_ino == file.inode;
}

}  // namespace

std::optional<ProcessInfo> find_process(pid_t pid) {
  proc_bsdinfo basic{};
  if (::proc_pidinfo(pid, PROC_PIDTBSDINFO, 0, &basic, sizeof basic) != sizeof basic) return std::nullopt;
  ProcessInfo info;
  info.id = {pid, basic.pbi_start_tvsec * kMicroseconds + basic.pbi_start_tvusec};
  info.parent = static_cast<pid_t>(basic.pbi_ppid);
  info.group = static_cast<pid_t>(basic.pbi_pgid);
  info.session = ::getsid(pid);
  info.uid = basic.pbi_uid;
  info.state = state_letter(basic.pbi_status);
  return info;
}

// Not libproc's PROC_PIDTASKINFO: its times are in units of the machine's own clock.
std::optional<ProcessTimes> times_of(pid_t pid) {
  const auto answer = ask_program({"ps", "-o", "state=,time=,comm=", "-p", format("{}", pid)}, milliseconds(2000));
  if (!answer || trim(answer->output).empty()) return std::nullopt;
  return parse_ps_line(answer->output);
}

std::vector<pid_t> all_pids() {
  const int bytes = ::proc_listpids(PROC_ALL_PIDS, 0, nullptr, 0);
  std::vector<pid_t> pids(bytes > 0 ? 2 * static_cast<std::size_t>(bytes) / sizeof(pid_t) : 0);
  const int got = ::proc_listpids(PROC_ALL_PIDS, 0, pids.data(), static_cast<int>(pids.size() * sizeof(pid_t)));
  pids.resize(got > 0 ? static_cast<std::size_t>(got) / sizeof(pid_t) : 0);
  return pids;
}

bool has_environment(pid_t pid, const std::string& assignment) {
  return holds_assignment(environment_of_procargs(process_arguments(pid)), assignment);
}

std::vector<std::string> environment_of(pid_t pid) {
  return strings_of(environment_of_procargs(process_arguments(pid)));
}

bool holds_file(pid_t pid, const FileMark& file) {
  for (const proc_fdinfo& descriptor : descriptors_of(pid)) {
    if (descriptor.proc_fdtype == PROX_FDTYPE_VNODE && is_open_file(pid, descriptor.proc_fd, file)) return true;
  }
  return false;
}

std::string command_of(pid_t pid) {
  std::string command = arguments_of_procargs(process_arguments(pid));
  if (command.empty()) {
    std::array<char, PROC_PIDPATHINFO_MAXSIZE> name{};
    ::proc_name(pid, name.data(), name.size());
    command = format("[{}]", name.data());
  }
  return shorten(printable(trim(command)), kShownCommand);
}

// Without a descriptor that pins a process, a moment is left between the look and the signal.
bool send_signal(ProcessId id, int signal) {
  if (id.pid <= 1 || id.pid == ::getpid()) return false;
  const auto now = find_process(id.pid);
  return now && now->id == id && now->uid == ::getuid() && ::kill(id.pid, signal) == 0;
}

UniqueFd exit_notice(pid_t pid) {
  UniqueFd queue(::kqueue());
  struct kevent wanted {};
  EV_SET(&wanted, pid, EVFILT_PROC, EV_ADD | EV_ONESHOT, NOTE_EXIT, 0, nullptr);
  if (!queue || ::kevent(queue.get(), &wanted, 1, nullptr, 0, nullptr) != 0) return {};
  return queue;
}

bool adopt_orphans() {
  return false;
}

void die_with_parent(pid_t parent) {
  if (::getppid() != parent) ::_exit(1);
}

void close_on_exec_from(int first) {
  for (int fd = first; fd < kMostDescriptors; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

std::string boot_id() {
  std::array<char, 64> id{};
  std::size_t size = id.size() - 1;
  return ::sysctlbyname("kern.bootsessionuuid", id.data(), &size, nullptr, 0) == 0 ? id.data() : "unknown";
}

bool listens_on(pid_t pid, int port) {
  for (const proc_fdinfo& descriptor : descriptors_of(pid)) {
    if (descriptor.proc_fdtype == PROX_FDTYPE_SOCKET && listens(pid, descriptor.proc_fd, port)) return true;
  }
  return false;
}

}  // namespace exo_harness::process

#include <csignal>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/format.h"

#include "script.h"
#include "supervisor.h"

// How the supervisor ends what it started; the rest of its life is supervisor.cc.
namespace exo_leash {
namespace process = exo_harness::process;
using exo_harness::Deadline;
using exo_harness::format;
using exo_harness::milliseconds;
namespace {

// Whether it has ended; it stays a zombie, its pid ours.
bool has_ended(pid_t child) {
  siginfo_t info{};
  const int result = ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT);
  return result != 0 || info.si_pid == child;
}

}  // namespace

void Supervisor::run_stop_script() {
  const exo_harness::UniqueFd output(
      ::open((settings_.run_folder / "stop.log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  const StartedScript started = start_script({settings_.stop_command, settings_.run_id, output.get(), mark_.get()});
  if (started.error != 0) return log_.note("stop_script_failed", format("\"errno\":{}", started.error));
  const Deadline deadline = Deadline::after(settings_.stop_limit);
  const bool ended = exo_harness::wait_until(deadline, milliseconds(10), [&] {
    read_channel();
    bound_log();
    return hurried_ || has_ended(started.pid);
  });
  log_.note("stop_script", format("\"in_time\":{}", ended && !hurried_));
}

process::CleanUp Supervisor::clean_up() {
  process::EndOptions options;
  options.grace = grace_;
  options.tick = [this] {
    reap();
    bound_log();
    if (!kept_up_) read_channel();
  };
  options.rest = [this](milliseconds time) { rest(time); };
  options.hurry = [this] { return hurried_; };
  options.progress = [this](int live) { channel_.send(format("LIVE {}", live)); };
  options.before_signal = [this](process::ProcessId id, int signal) {
    log_.note("signal", format("\"pid\":{},\"signal\":{},\"command\":{}", id.pid, signal,
                               json_text(process::command_of(id.pid))));
    channel_.send(format("SIGNAL {} {}", id.pid, signal));
  };
  process::CleanUp result = process::end_marked(marks(), options);
  result.reason = *reason_;
  reap();
  return result;
}

}  // namespace exo_leash

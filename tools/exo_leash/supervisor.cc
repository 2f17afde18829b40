#include "supervisor.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/journal/postmortem.h"
#include "exo_harness/journal/run_logs.h"

#include "script.h"

namespace exo_leash {
namespace process = exo_harness::process;
using exo_harness::Clock;
using exo_harness::Deadline;
using exo_harness::format;
using exo_harness::milliseconds;
namespace {

constexpr milliseconds kIdle{100}, kTalk{10}, kFlood{1}, kGoLimit{30000}, kLastWords{5000};
constexpr std::uint64_t kFloodBytes = 256u << 10;  // Grown by more than that in one round: look again at once.

exo_harness::UniqueFd append_to(const std::filesystem::path& file) {
  return exo_harness::UniqueFd(::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
}

process::ProcessId identity(pid_t pid) {
  const auto info = process::find_process(pid);
  return info ? info->id : process::ProcessId{pid, 0};
}

}  // namespace

Supervisor::Supervisor(Settings settings)
    : settings_(std::move(settings)),
      channel_(exo_harness::UniqueFd(settings_.channel)),
      log_(settings_.run_folder),
      script_log_(settings_.run_folder / "start.log"),
      mark_(append_to(settings_.run_folder / "leash.mark")),
      now_(Clock::now()),
      begin_(Clock::now()) {
  process::close_on_exec_from(3);
  file_mark_ = process::mark_of(settings_.run_folder / "leash.mark");
  ::setsid();
  adopts_ = settings_.adopt && process::adopt_orphans();
  harness_exit_ = process::exit_notice(settings_.harness);
}

int Supervisor::run() {
  if (!own_the_cluster()) return 2;
  announce();
  if (!wait_for_go() || !start()) return 2;
  watch();
  if (!settings_.stop_command.empty()) run_stop_script();
  return finish(clean_up());
}

// An owner whose harness is dead is cleaning up: worth waiting for. A living one is not.
bool Supervisor::own_the_cluster() {
  const Deadline deadline = Deadline::after(settings_.orphan_grace + milliseconds(5000));
  while (!settings_.lock_key.empty() && !(lock_ = process::OwnerLock::take(settings_.lock_key))) {
    const auto owner = process::owner_of(settings_.lock_key);
    const bool stays = owner && (owner->kept_up || process::is_alive(owner->harness));
    if (stays || deadline.expired()) {
      channel_.send(owner ? format("BUSY {} {} {} {}", owner->harness.pid, owner->supervisor, owner->kept_up ? 1 : 0,
                                   owner->run_folder.string())
                          : "BUSY 0 0 0 ?");
      return false;
    }
    wait_for_news(kIdle);
    if (reason_) return false;
  }
  return true;
}

void Supervisor::announce() {
  record_ = {settings_.run_id,
             process::boot_id(),
             identity(settings_.harness),
             identity(::getpid()),
             exo_harness::join(settings_.command, " "),
             file_mark_.path,
             false,
             false,
             {}};
  process::write_run_record(settings_.run_folder, record_);
  if (lock_) lock_->sign({record_.harness, record_.supervisor.pid, false, settings_.run_folder});
  channel_.send(format("READY {}", ::getpid()));
}

// A harness that died before it said GO has nothing running, and must not get anything.
bool Supervisor::wait_for_go() {
  const Deadline deadline = Deadline::after(kGoLimit);
  while (!go_ && !reason_ && !deadline.expired()) wait_for_news(kIdle);
  return go_ && !reason_ && (::getppid() == settings_.harness || settings_.harness == 0);
}

bool Supervisor::start() {
  const auto output = append_to(settings_.run_folder / "start.log");
  log_growth_ = process::GrowthNotice(settings_.run_folder / "start.log");
  const StartedScript script = start_script({settings_.command, settings_.run_id, output.get(), mark_.get()});
  if (script.error != 0) {
    channel_.send(format("FAILED {}", script.error));
    log_.note("start_failed", format("\"errno\":{}", script.error));
    return false;
  }
  script_ = script.pid;
  script_running_ = true;
  log_.note("started",
            format("\"pid\":{},\"command\":{}", script_, json_text(exo_harness::join(settings_.command, " "))));
  channel_.send(format("SPAWNED {}", script_));
  return true;
}

void Supervisor::watch() {
  milliseconds pause = kIdle;
  while (!reason_) {
    wait_for_news(pause);
    reap();
    learn_family();
    pause = bound_log();
    if (settings_.hard_limit.count() > 0 && Clock::now() - begin_ > settings_.hard_limit) {
      stop_by("time limit", settings_.grace);
    }
    if (kept_up_ && wake_up_.asked_to_end()) stop_by("asked", settings_.grace);
    if (kept_up_ && !script_running_ && nothing_left()) stop_by("nothing left", settings_.grace);
  }
}

// How long the log may be left alone. One that was quiet wakes us with its next byte: a flood writes hundreds of
// megabytes in an idle round. One that is written to is looked at in rounds, so that each line does not wake us.
milliseconds Supervisor::bound_log() {
  log_growth_.clear();
  const std::uint64_t grown = script_log_.trim();
  look_for_growth_ = grown == 0;
  if (script_log_.refusal() != 0 && !std::exchange(refusal_noted_, true)) {
    log_.note("log_unbounded", format("\"errno\":{}", script_log_.refusal()));
  }
  return grown == 0 ? kIdle : grown > kFloodBytes ? kFlood : kTalk;
}

// Lets time pass in the middle of a clean-up, with an eye on the log.
void Supervisor::rest(milliseconds time) {
  const Deadline deadline = Deadline::after(time);
  do {
    const milliseconds pause = std::min(bound_log(), deadline.remaining());
    pollfd growth{look_for_growth_ ? log_growth_.fd() : -1, POLLIN, 0};
    ::poll(&growth, 1, static_cast<int>(pause.count()));
  } while (!deadline.expired());
}

// Silence is counted in rounds that we were awake for: a machine that slept has no dead harness.
void Supervisor::wait_for_news(milliseconds most) {
  std::array<pollfd, 4> news{pollfd{wake_up_.fd(), POLLIN, 0}, pollfd{channel_.fd(), POLLIN, 0},
                             pollfd{harness_exit_.get(), POLLIN, 0},
                             pollfd{look_for_growth_ ? log_growth_.fd() : -1, POLLIN, 0}};
  if (kept_up_) news[1].fd = news[2].fd = -1;
  ::poll(news.data(), news.size(), static_cast<int>(most.count()));
  wake_up_.clear();
  const auto before = std::exchange(now_, Clock::now());
  if (kept_up_) return;
  silence_ += std::min<Clock::duration>(now_ - before, 2 * kIdle);
  read_channel();
  if (news[2].revents != 0 || channel_.closed()) stop_by("harness gone", settings_.orphan_grace);
  if (silence_ > settings_.heartbeat) stop_by("harness silent", settings_.orphan_grace);
}

void Supervisor::read_channel() {
  for (const std::string& line : channel_.receive()) {
    silence_ = {};
    obey(line);
  }
}

void Supervisor::obey(std::string_view line) {
  if (line == "GO") go_ = true;
  if (line == "KEEP") keep_up();
  if (line == "STOP") stop_by("asked", settings_.grace);
  if (line == "HURRY") {
    hurried_ = true;
    stop_by("asked", milliseconds(0));
  }
}

void Supervisor::keep_up() {
  kept_up_ = record_.kept_up = true;
  process::write_run_record(settings_.run_folder, record_);
  if (lock_) lock_->sign({record_.harness, record_.supervisor.pid, true, settings_.run_folder});
  log_.note("kept_up");
  channel_.send("KEPT");
}

// Without adoption the script stays a zombie until the end, so that its session number is not given to a stranger.
void Supervisor::reap() {
  siginfo_t info{};
  if (script_running_ && ::waitid(P_PID, static_cast<id_t>(script_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
      info.si_pid == script_) {
    script_ended(info.si_code == CLD_EXITED ? info.si_status << 8 : info.si_status);
  }
  int status = 0;
  while (adopts_ && ::waitpid(-1, &status, WNOHANG) > 0) {
  }
}

void Supervisor::script_ended(int status) {
  script_running_ = false;
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0, signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  log_.note("script_ended", format("\"code\":{},\"signal\":{}", code, signal));
  channel_.send(format("EXIT {} {}", code, signal));
}

// What has left its parent is only known when it was seen before, and after our own death only when it was written
// down. Reads the whole process table: never in each round of a log that is written to.
void Supervisor::learn_family() {
  if (adopts_ || Clock::now() < next_look_) return;
  next_look_ = Clock::now() + kIdle;
  std::vector<process::ProcessId> seen;
  for (const auto& process : process::find_marked(marks(), process::Look::tree)) seen.push_back(process.id);
  std::sort(seen.begin(), seen.end());
  if (seen == family_) return;
  family_ = record_.lineage = std::move(seen);
  save_record();
}

void Supervisor::save_record() try {
  process::write_run_record(settings_.run_folder, record_);
} catch (const std::exception&) {  // A full disk, a removed folder: the next sweep looks in vain, no more.
}

bool Supervisor::nothing_left() {
  return process::find_marked(marks(), process::Look::tree).empty() && process::find_marked(marks()).empty();
}

void Supervisor::stop_by(const char* reason, milliseconds grace) {
  if (!reason_) {
    reason_ = reason;
    grace_ = grace;
    log_.note("stopping", format("\"reason\":\"{}\",\"grace_ms\":{}", reason, grace.count()));
  }
}

process::Marks Supervisor::marks() const {
  process::Marks marks;
  marks.run_id = settings_.run_id;
  marks.file = file_mark_;
  marks.lineage = family_;
  (adopts_ ? marks.root : marks.session) = adopts_ ? ::getpid() : script_;
  return marks;
}

// Whether the harness is dead, or so silent that it counts as dead.
bool Supervisor::is_without_harness() const {
  return reason_ == "harness silent" || !process::is_alive(record_.harness);
}

// The cluster is free meanwhile for whoever comes next: long logs take a while.
void Supervisor::settle_logs() {
  lock_.reset();
  exo_harness::journal::settle_logs(settings_.run_folder, "leash");
  log_.note("logs_settled");
}

int Supervisor::finish(const process::CleanUp& result) {
  log_.note("cleanup", format("\"reason\":{},\"targets\":{},\"terminated\":{},\"killed\":{},\"escalated\":{},"
                              "\"took_ms\":{},\"survivors\":{}",
                              json_text(result.reason), result.targets, result.terminated, result.killed,
                              result.escalated, result.took.count(), json_texts(result.survivors)));
  log_.sync();
  // Who asked for it tells of it, if it still lives.
  if (result.reason != "asked" || (!kept_up_ && is_without_harness())) {
    exo_harness::journal::append_postmortem(
        settings_.run_folder / "journal.jsonl", "leash",
        exo_harness::journal::CleanUpDone{result.targets, result.terminated, result.killed, result.took.count(),
                                          result.survivors, result.reason});
  }
  record_.clean = result.survivors.empty();
  save_record();
  for (const std::string& survivor : result.survivors) channel_.send("SURVIVOR " + survivor);
  channel_.send(format("DONE {} {} {} {} {}", result.targets, result.terminated, result.killed, result.took.count(),
                       result.reason));
  channel_.flush(Deadline::after(kLastWords));
  if (kept_up_ || is_without_harness()) settle_logs();
  return result.survivors.empty() ? 0 : 1;
}

}  // namespace exo_leash

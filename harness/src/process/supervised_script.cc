#include "exo_harness/process/supervised_script.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <sstream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/process/owner_lock.h"
#include "exo_harness/process/run_record.h"

#include "launch.h"
#include "supervisor_channel.h"

namespace exo_harness::process {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::seconds kAnswerLimit{15}, kKeepLimit{5};
constexpr milliseconds kMargin{20000}, kPause{100}, kMostBetweenBeats{5000};

std::vector<std::string> arguments_of(const SupervisorOptions& options, int channel, const fs::path& program) {
  const auto ms = [](milliseconds d) { return std::to_string(d.count()); };
  std::vector<std::string> arguments{
      "--channel",         std::to_string(channel),
      "--harness",         std::to_string(::getpid()),
      "--adopt",           options.adopt_orphans ? "1" : "0",
      "--run-folder",      fs::absolute(options.run_folder).string(),
      "--run-id",          options.run_id,
      "--lock-key",        options.cluster_key.empty() ? program.string() : options.cluster_key,
      "--grace-ms",        ms(options.grace),
      "--orphan-grace-ms", ms(options.orphan_grace),
      "--heartbeat-ms",    ms(options.heartbeat_limit),
      "--stop-limit-ms",   ms(options.stop_limit),
      "--hard-limit-ms",   ms(options.hard_limit.value_or(milliseconds(0)))};
  for (const std::string& word : options.stop_command) arguments.insert(arguments.end(), {"--stop", word});
  arguments.insert(arguments.end(), {"--", program.string()});
  arguments.insert(arguments.end(), options.command.begin() + 1, options.command.end());
  return arguments;
}

pid_t launch_supervisor(const SupervisorOptions& options, int channel, const fs::path& program) {
  const fs::path log = options.run_folder / "leash.log";
  const UniqueFd output(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!output) throw HarnessError("cannot write " + log.string() + ": " + std::strerror(errno), "check the run folder");
  Launch plan;
  plan.program = find_program(options.program.string());
  plan.arguments = arguments_of(options, channel, program);
  plan.environment = options.environment;
  plan.output = output.get();
  plan.inherited = {channel};
  plan.own_group = false;  // It makes a session of its own, which the leader of a group cannot.
  plan.dies_with_us = false;
  return launch(plan);
}

[[noreturn]] void throw_busy(const std::string& owner) {
  std::istringstream words(owner);
  long harness = 0, supervisor = 0, kept = 0;
  std::string folder;
  words >> harness >> supervisor >> kept;
  std::getline(words >> std::ws, folder);
  throw busy_error({{static_cast<pid_t>(harness), 0}, static_cast<pid_t>(supervisor), kept != 0, folder});
}

[[noreturn]] void throw_not_started(const fs::path& program, int error) {
  throw HarnessError(format("cannot start {}: {}", program.string(), std::strerror(error)),
                     error == ENOENT ? "the interpreter in its first line (#!) does not exist"
                                     : "its first line must be #! and an interpreter, and it must be built for here");
}

}  // namespace

struct SupervisedScript::Impl {
  Impl(const SupervisorOptions& options, pid_t supervisor, UniqueFd channel_end)
      : pid(supervisor),
        grace(options.grace),
        stop_limit(options.stop_command.empty() ? milliseconds(0) : options.stop_limit),
        run_id(options.run_id),
        run_folder(options.run_folder),
        mark(options.run_folder / "leash.mark"),
        can_adopt(options.adopt_orphans && adopt_orphans()),
        channel(std::move(channel_end), std::min(options.heartbeat_limit / 4, kMostBetweenBeats)) {}

  Marks marks() const {
    Marks found;
    found.run_id = run_id;
    if (fs::exists(mark)) found.file = mark_of(mark);
    found.root = pid;
    found.session = 0;
    return found;
  }

  void reap_supervisor() {
    if (pid == 0) return;
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    forget(pid);
  }

  // The supervisor was killed: on Linux what it guarded is ours now, everywhere the marks find it.
  CleanUp end_orphans(milliseconds how_long) {
    reap_supervisor();
    Marks orphans = marks();
    orphans.root = can_adopt ? ::getpid() : 0;
    orphans.session = can_adopt ? 0 : channel.news().script;
    if (const auto record = read_run_record(run_folder)) orphans.lineage = record->lineage;
    orphans.spare = launched();
    EndOptions end;
    end.grace = how_long;
    end.tick = [&] { reap_adopted(orphans); };
    CleanUp result = end_marked(orphans, end);
    result.reason = "leash lost";
    return result;
  }

  void reap_adopted(const Marks& orphans) const {
    if (!can_adopt) return;
    for (const ProcessInfo& process : all_processes()) {
      const auto& spare = orphans.spare;
      if (process.parent == ::getpid() && process.state == 'Z' &&
          std::find(spare.begin(), spare.end(), process.id.pid) == spare.end()) {
        ::waitpid(process.id.pid, nullptr, WNOHANG);
      }
    }
  }

  void watch_for_loss() {
    const SupervisorNews news = channel.news();
    if (!news.closed || result) return;
    if (news.done) {
      result = news.clean_up;
      reap_supervisor();
    } else {
      lost = true;
      result = end_orphans(milliseconds(0));
    }
  }

  pid_t pid;
  milliseconds grace, stop_limit;
  std::string run_id;
  fs::path run_folder, mark;
  bool can_adopt;
  bool lost = false, kept = false;
  std::optional<CleanUp> result;
  SupervisorChannel channel;
};

SupervisedScript::SupervisedScript(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SupervisedScript::SupervisedScript(SupervisedScript&&) noexcept = default;
SupervisedScript& SupervisedScript::operator=(SupervisedScript&&) noexcept = default;

SupervisedScript::~SupervisedScript() {
  if (!impl_ || impl_->kept) return;
  try {
    stop();
  } catch (const std::exception&) {  // The supervisor sees our end of the channel close, and stops by itself.
  }
}

SupervisedScript SupervisedScript::start(const SupervisorOptions& options) {
  if (options.command.empty()) throw UsageError("no start script was given", "name one with --start-script");
  const fs::path program = find_program(options.command.front());
  fs::create_directories(options.run_folder);
  auto [ours, theirs] = connected_ends();
  if (options.adopt_orphans) adopt_orphans();
  const pid_t pid = launch_supervisor(options, theirs.get(), program);
  theirs.reset();
  SupervisedScript supervisor(std::make_unique<Impl>(options, pid, std::move(ours)));
  Impl& impl = *supervisor.impl_;
  const Deadline deadline = Deadline::after(kAnswerLimit + options.orphan_grace);
  SupervisorNews news = impl.channel.wait(deadline, [](const SupervisorNews& n) { return n.ready || n.busy; });
  if (news.ready) {
    impl.channel.say("GO");
    news = impl.channel.wait(deadline, [](const SupervisorNews& n) { return n.script != 0 || n.failed; });
  }
  if (news.script != 0) return supervisor;
  impl.result.emplace();  // Nothing was started: the destructor has nothing to stop.
  if (!news.closed) ::kill(pid, SIGKILL);
  impl.reap_supervisor();
  if (news.busy) throw_busy(*news.busy);
  if (news.failed) throw_not_started(program, *news.failed);
  throw HarnessError(format("the supervisor {} did not answer", options.program.string()),
                     "see " + (options.run_folder / "leash.log").string());
}

ScriptStatus SupervisedScript::status() {
  impl_->watch_for_loss();
  const SupervisorNews news = impl_->channel.news();
  ScriptStatus status;
  status.running = news.script_running && !impl_->result;
  status.exit_code = news.exit_code;
  status.signal = news.signal;
  status.live_processes = impl_->result ? 0 : static_cast<int>(marked_processes().size());
  status.supervisor_lost = impl_->lost;
  status.clean_up = impl_->result;
  return status;
}

std::optional<CleanUp> SupervisedScript::over() {
  impl_->watch_for_loss();
  return impl_->result;
}

pid_t SupervisedScript::supervisor_pid() const {
  return impl_->pid;
}
pid_t SupervisedScript::script_pid() const {
  return impl_->channel.news().script;
}

std::vector<pid_t> SupervisedScript::marked_processes() const {
  std::vector<pid_t> pids;
  for (const ProcessInfo& process : find_marked(impl_->marks())) pids.push_back(process.id.pid);
  return pids;
}

void SupervisedScript::beat() {
  impl_->channel.say("BEAT");
}

CleanUp SupervisedScript::stop(bool fast) {
  StopOptions options;
  options.fast = fast;
  return stop(options);
}

CleanUp SupervisedScript::stop(const StopOptions& options) {
  Impl& impl = *impl_;
  if (impl.result) return *impl.result;
  bool hurried = options.fast;
  impl.channel.say(hurried ? "HURRY" : "STOP");
  const Deadline deadline = Deadline::after(impl.stop_limit + impl.grace + kMargin);
  SupervisorNews news = impl.channel.news();
  while (!news.done && !news.closed && !deadline.expired()) {
    news = impl.channel.wait(deadline.within(kPause), [](const SupervisorNews& n) { return n.done; });
    if (options.progress && news.live >= 0 && !news.done) options.progress(news.live);
    if (!hurried && options.hurry && options.hurry()) {
      hurried = true;
      impl.channel.say("HURRY");
    }
  }
  if (!news.done && !news.closed) ::kill(impl.pid, SIGKILL);
  impl.channel.wait(Deadline::after(kKeepLimit), [](const SupervisorNews& n) { return n.closed; });
  impl.watch_for_loss();
  return impl.result.value_or(CleanUp{});
}

std::string SupervisedScript::keep_up() {
  impl_->channel.say("KEEP");
  const SupervisorNews news =
      impl_->channel.wait(Deadline::after(kKeepLimit), [](const SupervisorNews& n) { return n.kept; });
  if (!news.kept) throw HarnessError("the supervisor did not take over the cluster", "it is being stopped instead");
  impl_->kept = true;
  return format("kill {}", impl_->pid);
}

std::optional<CleanUp> stop_kept_up(const fs::path& run_folder, const StopOptions& options) {
  const auto record = read_run_record(run_folder);
  if (!record || !record->kept_up || record->boot != boot_id() || !is_alive(record->supervisor)) return std::nullopt;
  const auto begin = Clock::now();
  Marks marks;
  marks.run_id = record->run_id;
  if (fs::exists(record->mark)) marks.file = mark_of(record->mark);
  marks.root = record->supervisor.pid;
  CleanUp result;
  result.targets = static_cast<int>(find_marked(marks).size());
  result.reason = "asked";
  bool hurried = false;
  send_signal(record->supervisor, SIGTERM);
  while (is_alive(record->supervisor)) {
    if (!hurried && (options.fast || (options.hurry && options.hurry()))) {
      hurried = true;
      EndOptions end;
      end.grace = milliseconds(0);
      result = end_marked(marks, end);
      result.reason = "asked";
    }
    if (options.progress) options.progress(static_cast<int>(find_marked(marks, Look::tree).size()));
    std::this_thread::sleep_for(kPause);
  }
  for (const ProcessInfo& left : find_marked(marks)) {
    result.survivors.push_back(format("{} {} {}", left.id.pid, left.state, command_of(left.id.pid)));
  }
  if (!hurried) result.terminated = result.targets - static_cast<int>(result.survivors.size());
  result.took = std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
  return result;
}

}  // namespace exo_harness::process

#include "exo_harness/cluster/started_cluster.h"

#include <fstream>

#include <unistd.h>

#include "exo_harness/cluster/api_credentials.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/process/bounded_log.h"
#include "exo_harness/process/port_owner.h"

#include "host_and_port.h"
#include "phase_record.h"

namespace exo_harness::cluster {
namespace fs = std::filesystem;
namespace {

constexpr milliseconds kProbe{1000}, kClosed{5000};
constexpr std::size_t kLogLines = 20, kLogBytes = 16u << 10;

std::string tail_of_start_log(const fs::path& run_folder) {
  return last_lines(printable(process::end_of_log(run_folder / "start.log", kLogBytes)), kLogLines);
}

void check_script(const fs::path& script, const char* what) {
  std::error_code error;
  if (!fs::exists(script, error)) {
    throw UsageError(format("the {} {} does not exist", what, script.string()), "check the path");
  }
  if (!fs::is_regular_file(script, error)) {
    throw UsageError(format("the {} {} is not a file", what, script.string()), "give the path of a script");
  }
  if (access(script.c_str(), X_OK) != 0) {
    throw UsageError(format("the {} {} is not executable", what, script.string()),
                     format("chmod +x {}", script.string()));
  }
}

[[noreturn]] void fail_taken(const std::string& api, const std::string& by) {
  throw HarnessError(format("{} is already taken by {}", api, by),
                     "stop it first, or test that cluster as it is: leave the start script out and give --api");
}

std::string owner_text(const std::optional<process::PortOwner>& owner) {
  if (!owner || owner->pid == 0) return "";
  return format(", pid {} ({})", owner->pid, owner->command);
}

// An older Exo would answer in the place of the one that we start, and every result would be of the wrong cluster.
void check_port_is_free(const std::string& api) {
  const auto [host, port] = host_and_port(api);
  const auto owner = is_local_address(host) ? process::port_owner(host, port) : std::nullopt;
  const auto id = exo::Client(api).node_id(Deadline::after(kProbe));
  if (id) fail_taken(api, format("an Exo that is running already, node {}{}", *id, owner_text(owner)));
  if (owner) fail_taken(api, "another program" + owner_text(owner));
  const FailureKind kind = id.failure().kind;
  if (kind != FailureKind::unreachable && kind != FailureKind::timed_out)
    fail_taken(api, format("something that is not Exo ({})", id.failure().what));
}

process::SupervisorOptions supervisor_options(const ClusterSpec& spec, const BringUpOptions& options) {
  process::SupervisorOptions how;
  how.program = options.supervisor;
  how.run_folder = options.run_folder;
  how.run_id = options.run_id;
  how.command = {spec.start_script.string()};
  how.command.insert(how.command.end(), spec.start_arguments.begin(), spec.start_arguments.end());
  if (!spec.stop_script.empty()) how.stop_command = {spec.stop_script.string()};
  how.environment = spec.environment;
  how.environment["EXO_HARNESS_RUN_ID"] = options.run_id;
  how.environment["EXO_HARNESS_NODES"] = std::to_string(spec.nodes);
  how.environment["EXO_HARNESS_LOG_DIR"] = fs::absolute(options.run_folder / "logs").string();
  how.environment[kSecretsVariable] = known_secrets();  // It takes them out of the logs when we die.
  // One script may start several clusters side by side, at other addresses.
  how.cluster_key = spec.start_script.string();
  for (const std::string& api : spec.apis) how.cluster_key += " " + without_credentials(api);
  how.grace = spec.limits.stop;
  how.orphan_grace = std::min(how.orphan_grace, how.grace);
  how.heartbeat_limit = spec.limits.heartbeat;
  how.hard_limit = options.hard_limit;
  return how;
}

bool all_local(const std::vector<std::string>& apis) {
  for (const std::string& api : apis) {
    if (!is_local_address(host_and_port(api).first)) return false;
  }
  return true;
}

// What the supervisor did that nobody had asked it to; empty: nothing.
std::string why_ended(const process::CleanUp& done) {
  if (done.reason == "leash lost") return "the supervisor exo-leash was killed, so the cluster was ended";
  if (done.reason == "harness silent") return "exo-harness was frozen, so its supervisor ended the cluster";
  if (done.reason == "time limit") return "the cluster's time was over, so the supervisor ended it";
  return "";
}

// Why the script will never bring a cluster up; nothing while it may.
std::optional<std::string> why_hopeless(const process::ScriptStatus& status, bool local) {
  if (status.running || status.live_processes > 0) return std::nullopt;
  if (status.signal != 0) return format("was ended by signal {}", status.signal);
  if (status.exit_code != 0) return format("ended with exit code {}", status.exit_code);
  // Over ssh a script may end well and leave everything on other hosts.
  if (local) return "ended with exit code 0 and left nothing running";
  return std::nullopt;
}

}  // namespace

struct StartedCluster::Impl {
  Impl(const ClusterSpec& s, const BringUpOptions& o, journal::Journal& j, Progress& p)
      : spec(s), options(o), journal(j), progress(p) {}

  Outcome<Done> bring_up();
  void start(PhaseRecord& phases);
  std::optional<Failure> give_up();
  void check_supervisor();
  process::CleanUp stop_supervisor();
  Outcome<process::CleanUp> take_down();
  std::vector<std::string> still_answering() const;

  ClusterSpec spec;
  BringUpOptions options;
  journal::Journal& journal;
  Progress& progress;
  std::optional<process::SupervisedScript> script;
  std::optional<Cluster> cluster;
  bool hurried = false;
  std::vector<std::string> apis;  // All that were seen, for the look whether they are gone.
};

void StartedCluster::Impl::start(PhaseRecord& phases) {
  check_script(spec.start_script, "start script");
  if (!spec.stop_script.empty()) check_script(spec.stop_script, "stop script");
  if (spec.apis.empty()) spec.apis = {"http://127.0.0.1:52415"};
  apis = spec.apis;
  for (const std::string& api : apis) check_port_is_free(api);
  std::error_code error;
  fs::create_directories(options.run_folder / "logs", error);
  if (error)
    throw HarnessError(format("cannot make {}/logs: {}", options.run_folder.string(), error.message()),
                       "check the path");
  phases.begin(Phase::start, spec.limits.start);
  const process::SupervisorOptions how = supervisor_options(spec, options);
  script.emplace(process::SupervisedScript::start(how));
  journal.append(journal::ProcessStarted{"start script", script->supervisor_pid(), how.command});
  phases.end_well();
}

void StartedCluster::Impl::check_supervisor() {
  const auto over = script->over();
  if (over && !why_ended(*over).empty()) throw HarnessError(why_ended(*over), "run it again");
}

std::optional<Failure> StartedCluster::Impl::give_up() {
  if (options.interrupted && options.interrupted()) return Failure{FailureKind::exited, "interrupted", ""};
  check_supervisor();
  const bool local = all_local(spec.apis);
  auto hopeless = why_hopeless(script->status(), local);
  // A process that forks and ends in the middle of a look is not seen by it, nor is its child.
  if (hopeless) hopeless = why_hopeless(script->status(), local);
  if (!hopeless) return std::nullopt;
  std::string what = format("the start script {} {}", spec.start_script.string(), *hopeless);
  const std::string log = tail_of_start_log(options.run_folder);
  what += log.empty() ? ", and printed nothing" : ": " + std::string(trim(last_lines(log, 1)));
  throw ScriptEnded(what, format("run it by hand; its output is in {}", (options.run_folder / "start.log").string()));
}

Outcome<Done> StartedCluster::Impl::bring_up() {
  PhaseRecord phases(journal, progress);
  start(phases);
  AttachOptions attach;
  attach.give_up = [this] { return give_up(); };
  attach.rdma = options.rdma;
  attach.no_connection = FailureKind::timed_out;
  auto attached = Cluster::attach(spec, journal, progress, attach);
  if (!attached) {
    Failure failure = attached.failure();
    failure.evidence += (failure.evidence.empty() ? "" : "\n") + tail_of_start_log(options.run_folder);
    return failure;
  }
  cluster.emplace(std::move(attached).value());
  for (const Node& node : cluster->nodes()) apis.push_back(node.api);
  return Done{};
}

std::vector<std::string> StartedCluster::Impl::still_answering() const {
  std::vector<std::string> answering;
  const Deadline deadline = Deadline::after(hurried ? milliseconds(0) : kClosed);
  for (const std::string& api : std::set<std::string>(apis.begin(), apis.end())) {
    exo::Client client(api);
    const auto closed = [&] { return !client.node_id(Deadline::after(kProbe)); };
    if (!wait_until(deadline, milliseconds(50), closed)) answering.push_back(api);
  }
  return answering;
}

process::CleanUp StartedCluster::Impl::stop_supervisor() {
  process::StopOptions stop;
  stop.hurry = [this] { return hurried = hurried || (options.hurry && options.hurry()); };
  stop.progress = [this](int live) {
    progress.now(format("stop: {} process{} still live", live, live == 1 ? "" : "es"));
  };
  const process::CleanUp done = script->stop(stop);
  script.reset();
  journal.append(
      journal::CleanUpDone{done.targets, done.terminated, done.killed, done.took.count(), done.survivors, done.reason});
  if (const std::string why = why_ended(done); !why.empty()) {
    journal.append(journal::Trouble{why, "run it again", Blame::harness, false});
  }
  return done;
}

Outcome<process::CleanUp> StartedCluster::Impl::take_down() {
  cluster.reset();
  PhaseRecord phases(journal, progress);
  phases.begin(Phase::stop, spec.limits.stop);
  const process::CleanUp done = stop_supervisor();
  std::vector<std::string> left = done.survivors;
  for (const std::string& api : still_answering()) left.push_back(api + " still answers");
  std::optional<Failure> failure;
  if (!left.empty()) {
    failure = Failure{FailureKind::timed_out, "stop: left running: " + join(left, ", "), join(left, "\n")};
  } else if (done.killed > 0 && done.reason == "asked" && !(options.user_stops && options.user_stops())) {
    failure = Failure{FailureKind::timed_out,
                      format("stop: {} of {} processes did not end on SIGTERM within {} and were killed", done.killed,
                             done.targets, humanize(spec.limits.stop)),
                      ""};
  }
  failure ? phases.end_badly(*failure) : phases.end_well();
  collect_logs(spec, options.run_folder, journal);
  if (failure) return *failure;
  return done;
}

StartedCluster::StartedCluster(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
StartedCluster::StartedCluster(StartedCluster&&) noexcept = default;
StartedCluster& StartedCluster::operator=(StartedCluster&&) noexcept = default;
StartedCluster::~StartedCluster() = default;

Outcome<StartedCluster> StartedCluster::bring_up(const ClusterSpec& spec, const BringUpOptions& options,
                                                 journal::Journal& journal, Progress& progress) {
  auto impl = std::make_unique<Impl>(spec, options, journal, progress);
  try {
    const auto up = impl->bring_up();
    if (up) return StartedCluster(std::move(impl));
    if (impl->script) static_cast<void>(impl->take_down());
    return up.failure();
  } catch (...) {
    if (impl->script) static_cast<void>(impl->take_down());
    throw;
  }
}

Cluster& StartedCluster::cluster() {
  return *impl_->cluster;
}
process::SupervisedScript& StartedCluster::script() {
  return *impl_->script;
}
Outcome<process::CleanUp> StartedCluster::stop() {
  return impl_->take_down();
}
std::string StartedCluster::why_over() {
  const auto over = impl_->script ? impl_->script->over() : std::nullopt;
  return over ? why_ended(*over) : "";
}
std::string StartedCluster::keep_up() {
  return impl_->script->keep_up();
}

}  // namespace exo_harness::cluster

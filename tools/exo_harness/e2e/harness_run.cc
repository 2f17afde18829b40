#include "harness_run.h"

#include <algorithm>
#include <csignal>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/marks.h"

#include "app/journal_tail.h"
#include "cluster/fake_address.h"

namespace exo_harness::tools {
namespace fs = std::filesystem;
namespace {

const std::string kBinaries = EXO_BIN_DIR;
constexpr milliseconds kLookEvery{10};

constexpr const char* kSpec = R"(nodes = {}
models = ["llama-3.2-1b"]
placements = ["{}"]
speed = {}
{}
[env]
EXO_FAKE_FAULTS = "{}"
{}
[limits]
api = {}
stop = {}
heartbeat = {}
discovery = {}
first_token = {}
generate = {}
)";

std::string quoted(const std::vector<std::string>& texts) {
  return texts.empty() ? "" : "\"" + join(texts, "\", \"") + "\"";
}

// The start script, and what it must know.
std::pair<std::string, std::string> start_of(const RunPlan& plan, const FakeAddress& address, const fs::path& folder) {
  if (plan.style.empty()) return {};
  fs::create_directories(folder / "registry");
  std::vector<std::string> apis = plan.api.empty() ? address.apis : std::vector<std::string>{plan.api};
  if (!plan.credentials.empty()) apis.front().insert(std::string_view("http://").size(), plan.credentials + "@");
  return {format("start_script = \"{}/tools/exo_harness/e2e/start-misbehaving\"\napis = [{}]\nstart_arguments = [{}]",
                 EXO_SOURCE_DIR, quoted(apis), quoted(plan.start_arguments)),
          format("EXO_FAKE_PORT = \"{}\"\nEXO_FAKE_SPEED = \"{}\"\nSTYLE = \"{}\"\nBIN = \"{}\"\nREGISTRY = \"{}\"\n"
                 "FLOOD_BYTES = \"{}\"\n",
                 address.port, plan.speed, plan.style, kBinaries, (folder / "registry").string(), plan.flood_bytes)};
}

fs::path write_spec(const RunPlan& plan, const FakeAddress& address, const fs::path& folder) {
  auto [start, environment] = start_of(plan, address, folder);
  for (const auto& [name, value] : plan.cluster_environment) environment += format("{} = \"{}\"\n", name, value);
  const fs::path spec = folder / "cluster.toml";
  write_file(spec,
             format(kSpec, plan.nodes, plan.placement, plan.speed, start, plan.faults, environment, plan.api_limit,
                    plan.stop_limit, plan.heartbeat, plan.discovery_limit, plan.answer_limit, plan.answer_limit));
  return spec;
}

}  // namespace

HarnessRun::HarnessRun(const RunPlan& plan, Start start)
    : folder_("death"), command_(plan.prefix), environment_(plan.environment) {
  const FakeAddress address = free_fake_address(plan.nodes);
  port_ = address.port;
  const std::vector<std::string> words = {kBinaries + "/exo-harness",
                                          "run",
                                          "--suite",
                                          plan.suite,
                                          "--cluster",
                                          write_spec(plan, address, folder()).string(),
                                          "--out",
                                          (folder() / "runs").string(),
                                          "--suite-folder",
                                          kBinaries + "/misbehaving",
                                          "--gtest_filter=" + plan.filter};
  command_.insert(command_.end(), words.begin(), words.end());
  command_.insert(command_.end(), plan.arguments.begin(), plan.arguments.end());
  environment_["EXO_MISBEHAVE"] = plan.misbehave;
  if (start == Start::by_hand) return;
  process::CommandOptions options;
  options.command = command_;
  options.environment = environment_;
  options.output = folder() / "output.txt";
  process_.emplace(process::Child::start(options));
}

HarnessRun::~HarnessRun() {
  process_.reset();
  kill_all();
}

void HarnessRun::kill_all() const {
  for (const pid_t pid : marked()) ::kill(pid, SIGKILL);
}

fs::path HarnessRun::run() const {
  std::error_code error;
  const fs::path run = fs::canonical(folder() / "runs" / "latest", error);
  return error ? fs::path() : run;
}

std::vector<journal::Record> HarnessRun::records() const {
  const fs::path file = run() / "journal.jsonl";
  return fs::exists(file) ? journal::read_journal(file).records : std::vector<journal::Record>();
}

bool HarnessRun::wait_for(const std::function<bool(const journal::Record&)>& wanted) {
  JournalTail tail(folder() / "runs" / "latest" / "journal.jsonl");
  return wait_until(Deadline::after(kTestLimit), kLookEvery, [&] {
    const auto fresh = tail.read_new();
    return std::any_of(fresh.begin(), fresh.end(), wanted);
  });
}

bool HarnessRun::wait_for_test(const std::string& test) {
  return wait_for([&](const journal::Record& record) {
    const auto* started = std::get_if<journal::TestStarted>(&record.body);
    return started != nullptr && started->test == test;
  });
}

std::optional<process::ExitStatus> HarnessRun::wait() {
  return process_->wait(Deadline::after(kTestLimit));
}

pid_t HarnessRun::supervisor() const {
  const auto record = process::read_run_record(run());
  return record ? record->supervisor.pid : 0;
}

bool HarnessRun::has_supervisor() const {
  const auto record = process::read_run_record(run());
  return record && process::is_alive(record->supervisor);
}

bool HarnessRun::wait_for_end_of_supervisor() const {
  return wait_until(Deadline::after(kTestLimit), kLookEvery, [&] { return !has_supervisor(); });
}

std::vector<pid_t> HarnessRun::marked() const {
  process::Marks marks;
  marks.run_id = run().filename();
  if (marks.run_id.empty()) return {};
  std::vector<pid_t> pids;
  for (const auto& process : process::find_marked(marks)) pids.push_back(process.id.pid);
  return pids;
}

pid_t HarnessRun::node(const std::string& text) const {
  for (const pid_t pid : marked()) {
    if (contains(process::command_of(pid), text)) return pid;
  }
  return 0;
}

std::vector<std::string> HarnessRun::left() const {
  std::vector<std::string> commands;
  for (const pid_t pid : marked()) commands.push_back(format("{} {}", pid, process::command_of(pid)));
  return commands;
}

bool HarnessRun::wait_for_nothing_left() const {
  return wait_until(Deadline::after(kTestLimit), kLookEvery, [&] { return marked().empty() && !has_supervisor(); });
}

std::string HarnessRun::output() const {
  return read_file(folder() / "output.txt");
}

process::CommandResult HarnessRun::command(const std::vector<std::string>& arguments) const {
  process::CommandOptions options;
  options.command = {kBinaries + "/exo-harness"};
  options.command.insert(options.command.end(), arguments.begin(), arguments.end());
  return process::run_command(options, Deadline::after(kTestLimit));
}

}  // namespace exo_harness::tools

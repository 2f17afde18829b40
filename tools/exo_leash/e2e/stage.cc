#include "stage.h"

#include <csignal>
#include <cstdlib>

#include <sys/stat.h>
#include <unistd.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/marks.h"
#include "exo_harness/process/run_record.h"

namespace exo_leash_test {
using namespace exo_harness;
namespace fs = std::filesystem;
namespace {

const fs::path kBinaries = EXO_BIN_DIR;

bool runs_program(const std::string& command, const std::string& program) {
  return command.substr(0, command.find(' ')).ends_with(program);
}

// Linux only, for people: clock ticks since the process began.
std::string age_of(const process::ProcessId& id) {
  if (!fs::exists("/proc/uptime")) return "?";
  const double uptime = std::strtod(read_file("/proc/uptime").c_str(), nullptr);
  return format("{:.2f} s", uptime - static_cast<double>(id.start) / static_cast<double>(::sysconf(_SC_CLK_TCK)));
}

std::string describe(const process::ProcessId& id, const std::optional<process::RunRecord>& record) {
  const auto info = process::find_process(id.pid).value_or(process::ProcessInfo{});
  std::string marks;
  if (record && process::has_environment(id.pid, format("{}={}", process::kRunIdVariable, record->run_id))) {
    marks += " environment";
  }
  if (record && fs::exists(record->mark) && process::holds_file(id.pid, process::mark_of(record->mark))) {
    marks += " file";
  }
  return format("pid {} state {} parent {} session {} age {} marks:{} command: {}", id.pid, info.state, info.parent,
                info.session, age_of(id), marks.empty() ? " none" : marks, process::command_of(id.pid));
}

}  // namespace

Deadline soon() {
  return Deadline::after(std::chrono::seconds(30));
}

Stage::Stage() : folder_("leash") {
  fs::create_directories(run());
  fs::create_directories(registry());
}

Stage::~Stage() {
  for (const char* program : {"exo-leash", "misbehave"}) {
    for (const auto& id : mentioning(program)) process::send_signal(id, SIGKILL);
  }
}

fs::path Stage::script(const std::string& name, const std::string& text) const {
  const fs::path path = folder_.path() / name;
  write_file(path, text);
  fs::permissions(path, fs::perms::owner_all);
  return path;
}

std::vector<std::string> Stage::misbehave(const std::string& how, long number) const {
  return {(kBinaries / "misbehave").string(), how, registry().string(), std::to_string(number)};
}

process::Child Stage::start_stub(const std::vector<std::string>& command, milliseconds grace,
                                 milliseconds heartbeat) const {
  process::CommandOptions options;
  options.command = {(kBinaries / "harness_stub").string(),
                     run().string(),
                     run().string(),
                     std::to_string(grace.count()),
                     std::to_string(heartbeat.count()),
                     "--"};
  options.command.insert(options.command.end(), command.begin(), command.end());
  return process::Child::start(options);
}

process::SupervisorOptions Stage::options(const std::vector<std::string>& command) const {
  process::SupervisorOptions options;
  options.program = kBinaries / "exo-leash";
  options.run_folder = run();
  options.run_id = random_hex(8);
  options.cluster_key = run().string();
  options.command = command;
  options.grace = options.orphan_grace = milliseconds(500);
  return options;
}

std::vector<process::ProcessId> Stage::mentioning(const std::string& program) const {
  std::vector<process::ProcessId> found;
  for (const auto& process : process::all_processes()) {
    if (process.state == 'Z' || process.uid != ::getuid()) continue;
    const std::string command = process::command_of(process.id.pid);
    if (runs_program(command, program) && contains(command, folder_.path().string())) found.push_back(process.id);
  }
  return found;
}

std::vector<std::string> Stage::survivors() const {
  std::vector<std::string> commands;
  for (const auto& id : mentioning("misbehave")) {
    commands.push_back(format("{} {}", id.pid, process::command_of(id.pid)));
  }
  return commands;
}

bool Stage::all_gone(Deadline deadline) const {
  return wait_until(deadline, milliseconds(20), [&] { return mentioning("exo-leash").empty() && survivors().empty(); });
}

std::string Stage::left_behind() const {
  const auto record = process::read_run_record(run());
  std::string text;
  for (const char* program : {"exo-leash", "misbehave"}) {
    for (const auto& id : mentioning(program)) text += describe(id, record) + "\n";
  }
  for (const char* file : {process::kRunRecordFile, "leash.jsonl", "leash.log"}) {
    text += format("--- {}\n{}\n", file, fs::exists(run() / file) ? read_file(run() / file) : "(not there)");
  }
  return text;
}

std::size_t Stage::registered() const {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(registry()), fs::directory_iterator{}));
}

bool Stage::wait_for_registered(std::size_t count) const {
  return wait_until(soon(), milliseconds(5), [&] { return registered() >= count; });
}

std::string Stage::log() const {
  return read_file(run() / "start.log");
}

std::vector<std::string> Stage::supervisor_log(const std::string& text) const {
  std::vector<std::string> found;
  for (std::string_view line : lines(read_file(run() / "leash.jsonl"))) {
    if (contains(line, text)) found.emplace_back(line);
  }
  return found;
}

}  // namespace exo_leash_test

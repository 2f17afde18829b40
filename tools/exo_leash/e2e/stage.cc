#include "stage.h"

#include <csignal>

#include <sys/stat.h>
#include <unistd.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_leash_test {
using namespace exo_harness;
namespace fs = std::filesystem;
namespace {

const fs::path kBinaries = EXO_BIN_DIR;

bool runs_program(const std::string& command, const std::string& program) {
  return command.substr(0, command.find(' ')).ends_with(program);
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

process::LeashOptions Stage::options(const std::vector<std::string>& command) const {
  process::LeashOptions options;
  options.leash = kBinaries / "exo-leash";
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

std::size_t Stage::registered() const {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(registry()), fs::directory_iterator{}));
}

bool Stage::wait_for_registered(std::size_t count) const {
  return wait_until(soon(), milliseconds(5), [&] { return registered() >= count; });
}

std::string Stage::log() const {
  return read_file(run() / "start.log");
}

std::vector<std::string> Stage::chronicle(const std::string& text) const {
  std::vector<std::string> found;
  for (std::string_view line : lines(read_file(run() / "leash.jsonl"))) {
    if (contains(line, text)) found.emplace_back(line);
  }
  return found;
}

}  // namespace exo_leash_test

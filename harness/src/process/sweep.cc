#include "exo_harness/process/sweep.h"

#include <algorithm>
#include <set>

#include <unistd.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/run_record.h"

namespace exo_harness::process {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kShortestTellingPath = 8;  // `/bin/sh` tells nothing.

struct Run {
  fs::path folder;
  RunRecord record;
};

void add_run(const fs::path& folder, std::vector<Run>& runs) {
  const auto record = read_run_record(folder);
  if (record && record->boot == boot_id()) runs.push_back({folder, *record});
}

std::vector<Run> runs_in(const fs::path& folder) {
  std::vector<Run> runs;
  add_run(folder, runs);
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(folder, missing)) {
    if (entry.is_directory(missing) && !entry.is_symlink(missing)) add_run(entry.path(), runs);
  }
  return runs;
}

CleanUp end_run(const Run& run, milliseconds grace) {
  Marks marks;
  marks.run_id = run.record.run_id;
  marks.lineage = run.record.lineage;
  if (fs::exists(run.record.mark)) marks.file = mark_of(run.record.mark);
  learn_secrets(marks);  // Its logs will have to be cleaned of them.
  EndOptions options;
  options.grace = grace;
  CleanUp result = end_marked(marks, options);
  result.reason = "swept";
  return result;
}

void remember_clean(Run run) try {
  run.record.clean = true;
  write_run_record(run.folder, run.record);
} catch (const HarnessError&) {  // The folder may be read-only by now: it is looked at again next time, no more.
}

// Whether it names a path that stood in the start command: the script itself, or what the script works with.
bool shares_a_path(const std::string& command, const std::string& start_command) {
  const auto words = split(start_command, ' ');
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return word.starts_with('/') && word.size() > kShortestTellingPath && contains(command, word);
  });
}

bool runs_exo(const std::string& command) {
  const auto words = split(command, ' ');
  return std::any_of(words.begin(), words.begin() + static_cast<long>(std::min<std::size_t>(words.size(), 2)),
                     [](std::string_view word) { return fs::path(word).filename() == "exo"; });
}

// Why a process without our marks looks like one of ours; empty when it does not.
std::string suspicion(const ProcessInfo& process, const std::string& command, const std::vector<Run>& dead) {
  for (const Run& run : dead) {
    if (shares_a_path(command, run.record.command))
      return "names a path of the start command of " + run.folder.string();
    if (contains(command, run.folder.string())) return "names the run folder " + run.folder.string();
  }
  if (process.parent == 1 && runs_exo(command)) return "an Exo that nobody supervises";
  return {};
}

std::set<ProcessId> ids_of_living(const std::vector<Run>& alive) {
  std::set<ProcessId> ids;
  for (const Run& run : alive) {
    Marks marks;
    marks.run_id = run.record.run_id;
    for (const ProcessInfo& process : find_marked(marks)) ids.insert(process.id);
  }
  return ids;
}

std::vector<Suspect> suspects_of(const std::vector<Run>& dead, const std::vector<Run>& alive) {
  const std::set<ProcessId> known = ids_of_living(alive);
  std::vector<Suspect> suspects;
  for (const ProcessInfo& process : all_processes()) {
    if (process.uid != ::getuid() || process.state == 'Z' || process.id.pid == ::getpid()) continue;
    if (known.count(process.id) != 0) continue;
    const std::string command = command_of(process.id.pid);
    const std::string why = suspicion(process, command, dead);
    if (!why.empty()) suspects.push_back({process.id, command, why});
  }
  return suspects;
}

}  // namespace

SweepResult sweep(const fs::path& runs_folder, milliseconds grace) {
  SweepResult result;
  std::vector<Run> dead, alive;
  for (Run& run : runs_in(runs_folder)) {
    const bool lives = is_alive(run.record.supervisor) || (is_alive(run.record.harness) && !run.record.clean);
    (lives ? alive : dead).push_back(std::move(run));
  }
  for (const Run& run : dead) {
    if (run.record.clean) continue;
    result.swept.push_back({run.folder, run.record.run_id, end_run(run, grace)});
    if (result.swept.back().clean_up.survivors.empty()) remember_clean(run);
  }
  for (const Run& run : alive) result.alive.push_back(run.folder);
  result.suspects = suspects_of(dead, alive);
  return result;
}

}  // namespace exo_harness::process

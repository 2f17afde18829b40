#include "app/dead_run.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include <unistd.h>

#include "exo_harness/journal/postmortem.h"
#include "exo_harness/journal/run_logs.h"
#include "exo_harness/process/marks.h"
#include "exo_harness/process/run_record.h"

namespace exo_harness::tools {
namespace fs = std::filesystem;
namespace {

struct Recorded {
  bool complete = false;  // It came to its end, or somebody has settled its logs.
  std::set<std::string> logs;
};

Recorded recorded_in(const fs::path& journal_file) {
  Recorded recorded;
  for (const journal::Record& record : journal::read_journal(journal_file).records) {
    if (std::holds_alternative<journal::RunEnded>(record.body)) recorded.complete = true;
    if (const auto* fact = std::get_if<journal::Fact>(&record.body)) {
      recorded.complete = recorded.complete || fact->key == journal::kSettledFact;
    }
    if (const auto* log = std::get_if<journal::LogFile>(&record.body)) recorded.logs.insert(log->path);
  }
  return recorded;
}

// Harness and suites hold the journal open as long as they live.
bool is_written_to(const fs::path& journal_file) {
  const process::FileMark mark = process::mark_of(journal_file);
  const auto processes = process::all_processes();
  return std::any_of(processes.begin(), processes.end(), [&](const process::ProcessInfo& process) {
    return process.id.pid != ::getpid() && process.uid == ::getuid() && process::holds_file(process.id.pid, mark);
  });
}

process::Marks marks_of(const process::RunRecord& record) {
  process::Marks marks;
  marks.run_id = record.run_id;
  std::error_code error;
  if (fs::exists(record.mark, error)) marks.file = process::mark_of(record.mark);
  return marks;
}

}  // namespace

void complete_dead_run(const fs::path& run_folder) {
  const fs::path journal_file = run_folder / "journal.jsonl";
  const Recorded recorded = recorded_in(journal_file);
  if (recorded.complete || is_written_to(journal_file)) return;
  const auto record = process::read_run_record(run_folder);
  const bool of_this_boot = record && record->boot == process::boot_id();
  if (of_this_boot && process::is_alive(record->supervisor)) return;
  if (!of_this_boot || process::find_marked(marks_of(*record)).empty()) {
    return journal::settle_logs(run_folder, "report");
  }
  process::learn_secrets(marks_of(*record));
  if (journal::end_last_line(journal_file)) {
    journal::Journal journal(journal_file, "report");
    journal::record_logs(run_folder, journal, journal::LogState::growing, recorded.logs);
  }
  std::fprintf(
      stderr,
      "exo-harness: processes of the run still run, and its logs may hold secrets: exo-harness sweep --out %s\n",
      run_folder.c_str());
}

}  // namespace exo_harness::tools

#include "exo_harness/journal/run_logs.h"

#include <algorithm>
#include <vector>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redacted_copy.h"
#include "exo_harness/journal/postmortem.h"

namespace exo_harness::journal {
namespace fs = std::filesystem;
namespace {

struct Log {
  fs::path file;
  LogFile record;
  std::optional<FileEnds> ends;
};

std::string node_of(const fs::path& relative) {
  return std::distance(relative.begin(), relative.end()) > 2 ? (++relative.begin())->string()
                                                             : relative.stem().string();
}

std::string kind_of(const fs::path& file) {
  return file.filename().string().starts_with("exo") ? "exo" : "stdout";
}

std::vector<Log> logs_of(const fs::path& run_folder) {
  std::vector<Log> logs;
  std::error_code error;
  for (fs::recursive_directory_iterator it(run_folder / "logs", error), end; !error && it != end; it.increment(error)) {
    if (!it->is_regular_file(error)) continue;
    const fs::path relative = fs::relative(it->path(), run_folder, error);
    logs.push_back({it->path(), {node_of(relative), relative.generic_string(), kind_of(relative)}, {}});
  }
  std::sort(logs.begin(), logs.end(), [](const Log& a, const Log& b) { return a.file < b.file; });
  for (const char* name : {"start.log", "stop.log"}) {
    if (fs::exists(run_folder / name, error))
      logs.push_back({run_folder / name, {"", name, "script"}, kBoundedLogEnds});
  }
  return logs;
}

}  // namespace

void record_logs(const fs::path& run_folder, Journal& journal, LogState state, const std::set<std::string>& known) {
  std::error_code error;
  for (const Log& log : logs_of(run_folder)) {
    if (is_unfinished_copy(log.file)) {
      if (state == LogState::ended) fs::remove(log.file, error);
      continue;
    }
    if (state == LogState::ended && !redact_in_place(log.file, log.ends)) {
      journal.append(Trouble{format("secrets could not be taken out of the log {}", log.file.string()),
                             "remove it, or free space there and run `exo-harness report` again", Blame::environment,
                             true});
    }
    if (known.count(log.record.path) == 0) journal.append(log.record);
  }
}

void settle_logs(const fs::path& run_folder, const std::string& writer) try {
  const fs::path file = run_folder / "journal.jsonl";
  if (!end_last_line(file)) return record_logs(run_folder, Journal::none(), LogState::ended);
  Journal journal(file, writer);
  record_logs(run_folder, journal, LogState::ended);
  journal.append(Fact{kSettledFact, writer});
  journal.sync();
} catch (const HarnessError&) {  // The journal cannot be opened any more.
  record_logs(run_folder, Journal::none(), LogState::ended);
}

}  // namespace exo_harness::journal

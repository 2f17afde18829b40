#include "gate/baselines.h"

#include <vector>

#include <nlohmann/json.hpp>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"

#include "app/run_folder.h"

namespace exo_harness::tools {
namespace fs = std::filesystem;
namespace {

bool is_file_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.front() != '-' && name.size() <= 100 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
             std::string::npos;
}

std::vector<std::string> names_in(const fs::path& baselines) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(baselines, error), end; !error && it != end; it.increment(error)) {
    if (is_run_folder(it->path())) names.push_back(it->path().filename().string());
  }
  return names;
}

void copy_whole(const fs::path& from, const fs::path& to) {
  write_file(to, read_file(from, std::uintmax_t{8} << 30));
}

}  // namespace

fs::path folder_of_baselines(const fs::path& runs) {
  return runs / "baselines";
}

fs::path run_or_baseline(const std::string& name, const fs::path& runs) {
  if (is_run_folder(name)) return name;
  const fs::path baselines = folder_of_baselines(runs);
  if (is_file_name(name)) {
    for (const fs::path& folder : {baselines / name, runs / name}) {
      if (is_run_folder(folder)) return folder;
    }
  }
  const auto near = nearest_names(name, names_in(baselines));
  throw UsageError(
      format("{} is neither a run folder (no journal.jsonl in it) nor a baseline in {}", name, baselines.string()),
      near.empty() ? where_runs_are(name) + "; keep one with `exo-harness baseline RUN`"
                   : format("known baselines: {}", join(near, ", ")));
}

fs::path keep_baseline(const fs::path& from, const exo_reports::GateRun& run, const std::string& name,
                       const std::string& reason, const fs::path& runs) {
  if (!is_file_name(name)) {
    throw UsageError(format("{} cannot be the name of a baseline", name), "letters, digits, . _ and - can");
  }
  const fs::path folder = folder_of_baselines(runs) / name;
  if (is_run_folder(folder) && trim(reason).empty()) {
    throw UsageError(format("there is a baseline {} already", name),
                     "choose another --name, or say why it is replaced: --replace REASON");
  }
  make_folder(folder, "choose another folder of runs with --runs");
  nlohmann::ordered_json kept = {{"schema", "exo-harness/baseline/1"},
                                 {"name", name},
                                 {"run", run.record.run_id},
                                 {"kept", utc_now()},
                                 {"reason", redact(printable(reason))},
                                 {"verdict", std::string(to_string(run.record.judgement.verdict))},
                                 {"journal_sha256", run.journal_sha256}};
  // The journal first: half a copy has another hash than the old note of it, and is refused.
  copy_whole(from / "journal.jsonl", folder / "journal.jsonl");
  write_file(folder / "baseline.json",
             kept.dump(2, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n");
  return folder;
}

}  // namespace exo_harness::tools

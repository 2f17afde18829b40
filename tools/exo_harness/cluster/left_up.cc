#include "cluster/left_up.h"

#include "exo_harness/journal/postmortem.h"
#include "exo_harness/journal/run_logs.h"
#include "exo_harness/process/marks.h"
#include "exo_harness/process/run_record.h"

namespace exo_harness::tools {
namespace fs = std::filesystem;
namespace {

bool something_lives(const process::RunRecord& record) {
  process::Marks marks;
  marks.run_id = record.run_id;
  marks.lineage = record.lineage;
  if (fs::exists(record.mark)) marks.file = process::mark_of(record.mark);
  return !process::find_marked(marks).empty();
}

// So that a report of the dead run tells how it ended and which logs it left, and these hold no secrets.
void finish_record(const process::SweptRun& run) {
  const auto& done = run.clean_up;
  journal::append_postmortem(
      run.run_folder / "journal.jsonl", "sweep",
      journal::CleanUpDone{done.targets, done.terminated, done.killed, done.took.count(), done.survivors, done.reason});
  if (done.survivors.empty()) journal::settle_logs(run.run_folder, "sweep");
}

}  // namespace

LeftUp what_is_left(const fs::path& run_folder) {
  const auto record = process::read_run_record(run_folder);
  if (!record) return LeftUp::not_ours;
  if (record->boot != process::boot_id() || record->clean) return LeftUp::nothing;
  if (process::is_alive(record->supervisor)) return record->kept_up ? LeftUp::kept_up : LeftUp::in_use;
  if (process::is_alive(record->harness)) return LeftUp::in_use;  // It ends what its supervisor guarded.
  return something_lives(*record) ? LeftUp::orphaned : LeftUp::nothing;
}

process::SweepResult sweep_and_record(const fs::path& runs, std::chrono::milliseconds grace) {
  auto result = process::sweep(runs, grace);
  for (const auto& run : result.swept) finish_record(run);
  return result;
}

process::OwnerLock own_state(const fs::path& state) {
  return process::own("state " + fs::weakly_canonical(state).string(), state.parent_path());
}

}  // namespace exo_harness::tools

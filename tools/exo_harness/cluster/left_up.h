#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "exo_harness/process/owner_lock.h"
#include "exo_harness/process/sweep.h"

namespace exo_harness::tools {

/// What there is of the cluster that a run brought up.
enum class LeftUp {
  not_ours,  ///< The run started nothing: it was attached to.
  nothing,   ///< Its clean-up came to its end, or nothing that it started lives.
  in_use,    ///< Whoever started it is at it still, or its supervisor ends it right now.
  kept_up,   ///< Its supervisor keeps it up.
  orphaned,  ///< Its supervisor was killed, what it guarded lives.
};

/// Looks at the record that the supervisor left in the run folder, and for what carries the mark of the run.
LeftUp what_is_left(const std::filesystem::path& run_folder);

/// `process::sweep` that also tells the journals of the dead runs how they ended, and settles their logs.
process::SweepResult sweep_and_record(const std::filesystem::path& runs, std::chrono::milliseconds grace);

/// Takes a state file for this process: one `up` or `down` at a time works on it.
/// Fails: HarnessError that names who has it.
process::OwnerLock own_state(const std::filesystem::path& state);

}  // namespace exo_harness::tools

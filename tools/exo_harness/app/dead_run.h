#pragma once

#include <filesystem>

namespace exo_harness::tools {

/// Completes the record of a run that died with its harness and its supervisor, before it is reported: which logs there
/// are, and that they hold no secrets. Logs that somebody may still write to are only listed, and standard error
/// says so. Does nothing for a run that ended, lives, or was completed already.
void complete_dead_run(const std::filesystem::path& run_folder);

}  // namespace exo_harness::tools

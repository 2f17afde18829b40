#pragma once

#include <filesystem>
#include <string>

#include "run_folder.h"

namespace exo_harness::tools {

/// The file by which `up` tells of its cluster: as given, else `cluster.json` in the folder of runs.
inline std::filesystem::path state_file(const std::string& state, const std::string& out) {
  return state.empty() ? folder_of_runs(out) / "cluster.json" : std::filesystem::absolute(state);
}

}  // namespace exo_harness::tools

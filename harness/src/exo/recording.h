#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "exo_harness/exo/recording.h"

namespace exo_harness::exo {

// The recordings of this source tree, for tests.

std::filesystem::path recordings_folder();
/// All exchanges of a folder such as `v1.0.71/contract`, by number.
std::vector<Recording> load_recordings(const std::string& folder);
/// The exchange whose file name begins with `number` and a dash.
Recording find_recording(const std::string& folder, const std::string& number);

}  // namespace exo_harness::exo

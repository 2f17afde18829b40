#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "exo_harness/core/progress.h"
#include "exo_harness/model/stage/check.h"
#include "exo_harness/model/stage/published_hash.h"

namespace exo_harness::model {

/// How a model lies on this machine's disk.
struct LocalModel {
  std::filesystem::path folder;
  Revision revision;
  std::uint64_t weight_bytes = 0;  ///< Of all weights files.
  std::uint64_t all_bytes = 0;     ///< Of every file; 0 when the folder cannot be read.
  std::string layout;              ///< SHA-256 over config.json, the index, and names, types and places of all tensors.
  std::vector<std::string> problems;  ///< Empty: complete.
};

/// Looks at a folder: headers only, never weights. A damaged model is a problem in the result, no exception.
LocalModel look_at_model(const std::filesystem::path& folder);

/// Every byte of a model.
struct ContentHash {
  std::string
      sha256;        ///< Of the lines `SHA-256  NAME` of all files by name, as sha256sum prints them; empty: problems.
  int verified = 0;  ///< Files that agree with the hash that the Hugging Face client left.
  int unpublished = 0;                ///< Files of which it left none.
  std::vector<std::string> problems;  ///< Files that do not agree.
};

/// Reads the files of the model wholly, hidden ones left out. Fails: HarnessError for one that cannot be read.
ContentHash hash_content(const std::filesystem::path& folder, Progress& progress = silent_progress());

/// Why two copies cannot be of the same revision, one line each. Empty: nothing speaks against it; weights that were
/// changed in place are seen by `models stage --hash` only.
std::vector<std::string> differences(const LocalModel& one, const LocalModel& other);

/// Adds to `check.problems` what the node `node_id` says against what is on the disk here. It must run on this machine;
/// when not even the folder around its model is here, it has another disk, and nothing is compared.
/// `exo_folders`: where an Exo on this machine looks. Says it is complete: its folder must be, and hold the bytes that
/// it says (Exo counts the files it would download: at least the weights, at most all). Says it is not: none of
/// `exo_folders` may hold it complete; the result says what is wrong with the first that holds it. `revision` of a
/// pinned model; empty: any.
void compare_with_disk(ModelCheck& check, const std::string& node_id,
                       const std::vector<std::filesystem::path>& exo_folders, const std::string& revision);

}  // namespace exo_harness::model

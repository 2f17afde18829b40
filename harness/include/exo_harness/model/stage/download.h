#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "exo_harness/core/progress.h"
#include "exo_harness/model/stage/published_hash.h"

namespace exo_harness::model {

/// A folder that the official client filled (`hf download --local-dir`), after it was looked at byte by byte.
struct Download {
  std::string revision;               ///< The commit; empty: the client named none.
  std::uint64_t weight_bytes = 0;     ///< Of all weights files.
  std::vector<FileHash> hashes;       ///< Of every file; `verified`: the hub published one, and it agrees.
  std::vector<std::string> removed;   ///< Files of an earlier revision, which this one no longer has.
  std::vector<std::string> problems;  ///< As of ModelFolder.
};

/// Verifies such a folder: the hash of every file against what the hub published to the client, then index, headers and
/// sums. The client itself compares no hashes, and sizes only with the length that came with the content.
///
/// A file that is not what the hub published is removed with what the client remembers of it, since the client would
/// take it for whole the next time; so are files of another commit than config.json is of. Fails: HashMismatch that
/// names each of the wrong files, HarnessError for a model that is incomplete or damaged. Source:
/// huggingface_hub 2.4.0, file_download.py, _local_folder.py.
Download verify_download(const std::filesystem::path& folder, Progress& progress = silent_progress());

/// Removes halves of files that a killed client left and no client will go on with: since huggingface_hub 2 each
/// process has its own (`HASH.ETAG.RANDOM.incomplete`). Those of older ones (`HASH.ETAG.incomplete`) are gone on with
/// and stay. No client may be at work in the folder. Result: bytes that came free.
std::uint64_t remove_dead_halves(const std::filesystem::path& folder);

}  // namespace exo_harness::model

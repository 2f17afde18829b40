#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/core/error.h"
#include "exo_harness/core/progress.h"

namespace exo_harness::model {

/// What the source of a model published about the content of one of its files.
struct PublishedHash {
  std::string hex;     ///< 64 digits: SHA-256 of the file; 40: SHA-1 of it as a git blob.
  std::string source;  ///< The file that says so.
};

/// The hash of `folder/name` as the Hugging Face client left it: in a cache the snapshot's link leads to
/// `blobs/HASH`; in a folder of `--local-dir` the second line of `.cache/huggingface/download/NAME.metadata` has it.
/// Files of LFS have their SHA-256, the rest git's. Nothing when neither is there (LM Studio, a plain folder).
/// Source: huggingface_hub 0.26, file_download.py, _local_folder.py.
std::optional<PublishedHash> published_hash(const std::filesystem::path& folder, const std::string& name);

/// Where `hf download --local-dir` remembers what it knows of `folder/name`: commit, hash, time.
std::filesystem::path download_metadata(const std::filesystem::path& folder, const std::string& name);

/// The commit that this file is of, as the client remembers; empty when it does not.
std::string published_commit(const std::filesystem::path& folder, const std::string& name);

/// The commit that a folder of the Hugging Face client is of.
struct Revision {
  std::string id;                   ///< Empty: unknown.
  std::vector<std::string> others;  ///< Not empty: an interrupted update left files of these commits, too.
};

/// Read from the folder's own name (`snapshots/COMMIT`), from the first lines of
/// `.cache/huggingface/download/*.metadata`, or, of a folder that `stage` made, from its record. Fails: HarnessError
/// for a damaged record.
Revision revision_of(const std::filesystem::path& folder);

/// The SHA-256 of one file, and whether its source published the same.
struct FileHash {
  std::string name, sha256;
  bool verified = false;  ///< The source published a hash, and it agrees.
};

/// A file is not what its source published.
class HashMismatch : public HarnessError {
 public:
  using HarnessError::HarnessError;
};

/// Reads each file wholly, in bounded memory. `each`: file name and bytes done so far of all.
/// Fails: HashMismatch that names file, both hashes and the source of the other, at the first that does not agree;
/// HarnessError for a file that cannot be read.
std::vector<FileHash> hash_files(const std::filesystem::path& folder, const std::vector<std::string>& names,
                                 const std::function<void(const std::string&, std::uint64_t)>& each = {});

/// The same of one file, with progress. Fails: as hash_files.
FileHash hash_file(const std::filesystem::path& folder, const std::string& name, Progress& progress);

}  // namespace exo_harness::model

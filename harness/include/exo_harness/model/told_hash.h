#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace exo_harness::model {

/// What the place where a model lies tells about the content of one of its files.
struct ToldHash {
  std::string hex;     ///< 64 digits: SHA-256 of the file; 40: SHA-1 of it as a git blob.
  std::string teller;  ///< The file that tells it.
};

/// The hash of `folder/name` as the Hugging Face client left it: in a cache the snapshot's link leads to
/// `blobs/HASH`; in a folder of `--local-dir` the second line of `.cache/huggingface/download/NAME.metadata` has it.
/// Files of LFS have their SHA-256, the rest git's. Nothing when neither is there (LM Studio, a plain folder).
/// Source: huggingface_hub 0.26, file_download.py, _local_folder.py.
std::optional<ToldHash> told_hash(const std::filesystem::path& folder, const std::string& name);

/// The commit that a folder of the Hugging Face client is of.
struct Revision {
  std::string id;                   ///< Empty: not told.
  std::vector<std::string> others;  ///< Not empty: an interrupted update left files of these commits, too.
};

/// Told by the folder's own name (`snapshots/COMMIT`), by the first lines of `.cache/huggingface/download/*.metadata`,
/// or, of a folder that `stage` made, by its record. Fails: HarnessError for a damaged record.
Revision revision_of(const std::filesystem::path& folder);

/// The SHA-256 of one file, and what tells the same.
struct FileHash {
  std::string name, sha256;
  bool told = false;  ///< The source told a hash, and it agrees.
};

/// Reads each file wholly, in bounded memory. `each`: file name and bytes done so far of all.
/// Fails: HarnessError that names file, both hashes and who tells the other, at the first that does not agree.
std::vector<FileHash> hash_files(const std::filesystem::path& folder, const std::vector<std::string>& names,
                                 const std::function<void(const std::string&, std::uint64_t)>& each = {});

}  // namespace exo_harness::model

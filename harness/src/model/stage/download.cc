#include "exo_harness/model/stage/download.h"

#include <algorithm>

#include "exo_harness/core/finder_file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/checkpoint/folder.h"

namespace exo_harness::model {
namespace fs = std::filesystem;
namespace {

/// Names of the model's own files, not of the client's.
std::vector<std::string> files_of(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error, ignored;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it.depth() == 0 && it->path().filename() == ".cache") {
      it.disable_recursion_pending();
    } else if (!is_finder_file(it->path()) && it->is_regular_file(ignored)) {
      names.push_back(it->path().lexically_relative(folder).string());
    }
  }
  if (error) throw HarnessError(format("{}: {}", folder.string(), error.message()), "check the disk");
  std::sort(names.begin(), names.end());
  return names;
}

void forget(const fs::path& folder, const std::string& name) {
  std::error_code ignored;
  fs::remove(folder / name, ignored);
  fs::remove(download_metadata(folder, name), ignored);
}

/// The client is done with this commit, so config.json is of it.
void remove_other_commits(const fs::path& folder, Download& download) {
  download.revision = published_commit(folder, "config.json");
  if (download.revision.empty()) return;
  for (const std::string& name : files_of(folder)) {
    const std::string commit = published_commit(folder, name);
    if (commit.empty() || commit == download.revision) continue;
    forget(folder, name);
    download.removed.push_back(name);
  }
}

void hash_downloaded(const fs::path& folder, Download& download, Progress& progress) {
  std::vector<std::string> wrong;
  for (const std::string& name : files_of(folder)) {
    try {
      download.hashes.push_back(hash_file(folder, name, progress));
    } catch (const HashMismatch& mismatch) {
      wrong.emplace_back(mismatch.what());
      forget(folder, name);
    }
  }
  if (wrong.empty()) return;
  throw HashMismatch(join(wrong, "; "),
                     "what came is not what the hub has: it was removed here; repeat, which gets "
                     "that file again and keeps the others");
}

}  // namespace

Download verify_download(const fs::path& folder, Progress& progress) {
  Download download;
  remove_other_commits(folder, download);
  hash_downloaded(folder, download, progress);
  const ModelFolder files = read_model_folder(folder);
  download.weight_bytes = files.bytes_on_disk();
  download.problems = files.problems;
  return download;
}

std::uint64_t remove_dead_halves(const fs::path& folder) {
  std::uint64_t freed = 0;
  std::error_code error, ignored;
  std::vector<fs::path> dead;
  for (fs::recursive_directory_iterator it(folder / ".cache/huggingface/download", error), end; !error && it != end;
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    const auto parts = split(name, '.');
    if (parts.size() == 4 && parts[3] == "incomplete" && it->is_regular_file(ignored)) dead.push_back(it->path());
  }
  for (const fs::path& file : dead) {
    const std::uintmax_t size = fs::file_size(file, ignored);
    if (fs::remove(file, ignored)) freed += size;
  }
  return freed;
}

}  // namespace exo_harness::model

#include <algorithm>
#include <set>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/model/stage/locate.h"
#include "exo_harness/model/stage/stage.h"

#include "stage_record.h"
#include "staging_folder.h"

namespace exo_harness::model {
namespace fs = std::filesystem;
namespace {

/// Files in the folder that are not ours, relative.
std::vector<std::string> strangers(const fs::path& folder, const StageRecord& record) {
  std::set<std::string> ours(record.files.begin(), record.files.end());
  ours.insert(kStageRecord);
  std::vector<std::string> others;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().lexically_relative(folder).string();
    if (!it->is_directory(error) || it->is_symlink(error)) {
      if (ours.count(name) == 0) others.push_back(name);
    }
  }
  return others;
}

void remove_ours(const fs::path& folder, const StageRecord& record) {
  std::error_code ignored;
  for (const std::string& name : record.files) {
    fs::remove(folder / name, ignored);
    for (fs::path parent = fs::path(name).parent_path(); !parent.empty(); parent = parent.parent_path())
      fs::remove(folder / parent, ignored);
  }
  fs::remove(folder / kStageRecord, ignored);
}

void remove_card(const StageRecord& record, std::vector<std::string>& kept) {
  std::error_code ignored;
  if (record.card.empty()) return;
  remove_dead_parts(record.card);
  if (!fs::is_regular_file(record.card, ignored)) return;
  if (read_file(record.card, 1u << 20) == record.card_content) {
    fs::remove(record.card, ignored);
  } else {
    kept.push_back(format("{}: it was changed since", record.card));
  }
}

/// The entry holds our links only; anything else in it stays, with the folders around it.
void remove_cache_entry(const StageRecord& record, std::vector<std::string>& kept) {
  std::error_code ignored;
  const fs::path entry = record.hugging_face;
  if (record.hugging_face.empty()) return;
  StagingFolder::remove_dead(entry.parent_path(), entry.filename().string());
  if (!fs::is_directory(entry, ignored)) return;
  const fs::path snapshot = entry / "snapshots/exo-harness";
  for (const std::string& name : record.files) {
    if (fs::is_symlink(snapshot / name, ignored)) fs::remove(snapshot / name, ignored);
    for (fs::path parent = fs::path(name).parent_path(); !parent.empty(); parent = parent.parent_path())
      fs::remove(snapshot / parent, ignored);
  }
  if (fs::exists(entry / "refs/main", ignored) && read_file(entry / "refs/main", 4096) == "exo-harness")
    fs::remove(entry / "refs/main", ignored);
  for (const fs::path& folder : {snapshot, entry / "snapshots", entry / "refs", entry}) fs::remove(folder, ignored);
  if (fs::exists(entry, ignored)) kept.push_back(format("{}: other files are in it", entry.string()));
}

}  // namespace

std::vector<std::string> unstage(const fs::path& into, const std::string& repo) {
  const std::string name = folder_name(repo);
  const fs::path folder = into / name;
  StagingFolder::remove_dead(into, name);
  const std::optional<StageRecord> record = read_stage_record(folder);
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(folder, ignored)))
    throw UsageError(format("there is no {}", folder.string()), "say with --into where it was staged");
  if (!record)
    throw UsageError(format("{} was not staged by exo-harness", folder.string()),
                     "it was left alone; `models list` says where models are");
  std::vector<std::string> kept;
  remove_cache_entry(*record, kept);
  remove_card(*record, kept);
  const std::vector<std::string> others = strangers(folder, *record);
  for (const std::string& other : others) kept.push_back(format("{}: it was not staged", (folder / other).string()));
  if (!others.empty()) {
    remove_ours(folder, *record);
    return kept;
  }
  StagingFolder(into, name).take_over();
  return kept;
}

}  // namespace exo_harness::model

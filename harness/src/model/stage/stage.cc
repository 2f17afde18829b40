#include "exo_harness/model/stage/stage.h"

#include <algorithm>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/checkpoint/folder.h"
#include "exo_harness/model/stage/locate.h"

#include "stage_record.h"
#include "staging_folder.h"

namespace exo_harness::model {
namespace fs = std::filesystem;
namespace {

constexpr const char* kIndexName = "model.safetensors.index.json";

[[noreturn]] void fail(const fs::path& path, const std::error_code& error) {
  throw HarnessError(format("cannot stage {}: {}", path.string(), error.message()),
                     "check the disk and the source; nothing was left behind");
}

/// Makes what was written survive a power loss: a rename may reach the disk before the data does.
void sync_file(const fs::path& file) {
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd) ::fsync(fd.get());
}

/// libstdc++ says `Input/output error` of a disk that became full.
std::error_code cause_of_failed_copy(const fs::path& from, const fs::path& to, const std::error_code& said) {
  std::error_code ignored;
  const std::uintmax_t size = fs::file_size(from, ignored), free = fs::space(to.parent_path(), ignored).available;
  const std::uintmax_t there = fs::exists(to, ignored) ? fs::file_size(to, ignored) : 0;
  const bool full = said == std::errc::io_error && there <= size && free < size - there;
  return full ? std::make_error_code(std::errc::no_space_on_device) : said;
}

void put_file(const fs::path& from, const fs::path& to, bool copy) {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  if (error) fail(to, error);
  const fs::path real = fs::canonical(from, error);
  if (error) fail(from, error);
  if (!copy) {
    fs::create_symlink(real, to, error);
  } else {
    fs::copy_file(real, to, error);
    if (error) error = cause_of_failed_copy(real, to, error);
    if (!error) sync_file(to);
  }
  if (error) fail(to, error);
}

void check_space(const StageRequest& request, const ModelFolder& model) {
  if (!request.copy) return;
  std::error_code error;
  fs::path existing = fs::absolute(request.into);
  while (!fs::exists(existing, error) && existing.has_parent_path() && existing != existing.parent_path())
    existing = existing.parent_path();
  const fs::space_info space = fs::space(existing, error);
  if (error) fail(existing, error);
  if (space.available >= request.keep_free && space.available - request.keep_free >= model.bytes_on_disk()) return;
  throw EnvironmentError(
      format("{} has {} free, a copy needs {} and {} must stay free", existing.string(), human_bytes(space.available),
             human_bytes(model.bytes_on_disk()), human_bytes(request.keep_free)),
      "stage with links, or into another folder");
}

/// The index that a model without one lacks.
std::string make_index(const ModelFolder& model) {
  nlohmann::json map = nlohmann::json::object();
  for (const Shard& shard : model.shards) {
    for (const Tensor& tensor : shard.header.tensors) map[tensor.name] = shard.name;
  }
  return nlohmann::json{{"metadata", {{"total_size", model.bytes_in_headers()}}}, {"weight_map", map}}.dump(1) + "\n";
}

/// Nobody is to find out on the cluster what can be seen here.
void check_broken(const ModelFolder& model) {
  if (model.broken.empty()) return;
  std::vector<std::string> lines;
  for (const BadFile& file : model.broken) lines.push_back(format("{}: {}", printable(file.name), file.why));
  throw HarnessError(format("{}: {}", model.path.string(), join(lines, "; ")),
                     "fetch these files again (`git lfs pull`, or `exo-harness models fetch`), or take them out");
}

void report_strays(const ModelFolder& model, const std::optional<StageRecord>& earlier, Staged& staged) {
  for (const BadFile& stray : model.strays) {
    const bool there =
        earlier && std::find(earlier->files.begin(), earlier->files.end(), stray.name) != earlier->files.end();
    staged.notes.push_back(there
                               ? format("{} was staged once: `models unstage`, and stage again", printable(stray.name))
                               : format("{} was left out", printable(stray.name)));
  }
}

/// The record is JSON, and Exo reads names as text.
void check_names(const ModelFolder& model) {
  for (const std::string& name : model.own_files()) {
    if (is_utf8(name)) continue;
    throw HarnessError(format("{}: the name of the file {} is not UTF-8", model.path.string(), printable(name)),
                       "rename it, or take it out of the folder");
  }
}

StageRecord fill(const fs::path& folder, const StageRequest& request, const ModelFolder& model, Progress& progress) {
  StageRecord record;
  record.source = fs::canonical(request.source).string();
  record.revision = revision_of(request.source).id;
  record.copy = request.copy;
  record.files = model.own_files();
  for (const std::string& name : record.files) {
    progress.now(format("{} {}", request.copy ? "copy" : "link", name));
    put_file(model.path / name, folder / name, request.copy);
  }
  if (!model.index) {
    write_file(folder / kIndexName, make_index(model));
    record.files.emplace_back(kIndexName);
  }
  return record;
}

std::vector<FileHash> hash_all(const fs::path& folder, const ModelFolder& model, Progress& progress) {
  const std::string all = human_bytes(model.bytes_on_disk());
  return hash_files(folder, model.own_files(), [&](const std::string& name, std::uint64_t done) {
    progress.now(format("hash {} ({} of {})", name, human_bytes(done), all));
  });
}

void compare_copy(const fs::path& copy, const ModelFolder& model, const std::vector<FileHash>& wanted,
                  Progress& progress) {
  const std::vector<FileHash> seen = hash_all(copy, model, progress);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (seen[i].sha256 == wanted[i].sha256) continue;
    throw HarnessError(format("{}: the SHA-256 of the copy is {}, that of its source {}",
                              (copy / seen[i].name).string(), seen[i].sha256, wanted[i].sha256),
                       "the disk or the source fails, or someone changed it: look there, then stage again");
  }
}

/// The result must be what the source was.
void verify(const fs::path& folder, const ModelFolder& source) {
  const ModelFolder result = read_model_folder(folder);
  if (result.bytes_on_disk() != source.bytes_on_disk() || result.bytes_in_headers() != source.bytes_in_headers()) {
    throw HarnessError(format("{} has {} bytes of weights, its source {}", folder.string(), result.bytes_on_disk(),
                              source.bytes_on_disk()),
                       "the source changed while it was staged: try again");
  }
}

/// Plans the card: nothing when one of someone else is there.
void plan_card(const StageRequest& request, const ModelFolder& model, StageRecord& record, Staged& staged) {
  if (request.cards.empty()) return;
  CardFacts card = card_of(model, request.repo, request.generation);
  const fs::path file = fs::absolute(request.cards) / (folder_name(request.repo) + ".toml");
  const std::string content = card_text(card, model.config.context_tokens, request.generation);
  std::error_code ignored;
  if (fs::exists(file, ignored) && read_file(file, 1u << 20) != content) {
    staged.notes.push_back(format("{} is another's and was kept", file.string()));
    return;
  }
  record.card = file.string();
  record.card_content = content;
}

void write_card(const StageRecord& record, Staged& staged) {
  if (record.card.empty()) return;
  std::error_code error;
  fs::create_directories(fs::path(record.card).parent_path(), error);
  remove_dead_parts(record.card);
  if (!fs::exists(record.card, error)) write_file(record.card, record.card_content);
  staged.card = record.card;
}

/// `models--org--name/{refs/main,snapshots/REVISION}` as huggingface_hub reads it; its files are links to the staged
/// ones.
void write_cache_entry(const StageRecord& record, const fs::path& folder, Staged& staged) {
  if (record.hugging_face.empty()) return;
  const fs::path place = record.hugging_face;
  staged.hugging_face = place;
  StagingFolder::remove_dead(place.parent_path(), place.filename().string());
  std::error_code ignored;
  if (fs::exists(place, ignored)) return;
  StagingFolder entry(place.parent_path(), place.filename().string());
  fs::create_directories(entry.path() / "refs");
  write_file(entry.path() / "refs/main", "exo-harness");
  for (const std::string& name : record.files) {
    const fs::path link = entry.path() / "snapshots/exo-harness" / name;
    fs::create_directories(link.parent_path());
    fs::create_symlink(fs::absolute(folder / name), link);
  }
  entry.publish();
}

void plan_cache_entry(const StageRequest& request, StageRecord& record) {
  if (request.hugging_face.empty()) return;
  const fs::path place = fs::absolute(request.hugging_face) / ("models--" + folder_name(request.repo));
  std::error_code ignored;
  if (fs::exists(place, ignored))
    throw UsageError(format("{} is there already", place.string()), "the cache knows the model: stage without it");
  record.hugging_face = place.string();
}

/// Whether the same was staged before. Fails: UsageError when something else is in the place.
std::optional<StageRecord> earlier(const fs::path& folder, const StageRequest& request) {
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(folder, ignored))) return {};
  std::optional<StageRecord> record = read_stage_record(folder);
  if (!record)
    throw UsageError(format("{} is there already, and exo-harness did not stage it", folder.string()),
                     "it was left alone: use it, or stage into another folder with --into");
  if (record->source == fs::canonical(request.source).string() && record->copy == request.copy) return record;
  throw UsageError(format("{} was staged from {}", folder.string(), record->source),
                   "remove it first with `models unstage`");
}

}  // namespace

Staged stage(const StageRequest& request, Progress& progress) {
  const std::string name = folder_name(request.repo);
  Staged staged;
  staged.folder = request.into / name;
  StagingFolder::remove_dead(request.into, name);
  const ModelFolder model = read_model_folder(request.source);
  check_names(model);
  check_broken(model);
  staged.notes = model.problems;
  staged.bytes = model.bytes_on_disk();
  std::optional<StageRecord> record = earlier(staged.folder, request);
  staged.was_there = record.has_value();
  report_strays(model, record, staged);
  if (!record) check_space(request, model);
  if (request.hash) staged.hashes = hash_all(request.source, model, progress);
  if (request.hash && record && request.copy) compare_copy(staged.folder, model, staged.hashes, progress);
  if (!record) {
    StagingFolder folder(request.into, name);
    record = fill(folder.path(), request, model, progress);
    staged.made_index = !model.index;
    plan_card(request, model, *record, staged);
    plan_cache_entry(request, *record);
    verify(folder.path(), model);
    if (request.hash && request.copy) compare_copy(folder.path(), model, staged.hashes, progress);
    write_file(folder.path() / kStageRecord, to_json(*record));
    folder.publish();
  }
  write_card(*record, staged);
  write_cache_entry(*record, staged.folder, staged);
  return staged;
}

std::optional<fs::path> staged_from(const fs::path& folder) {
  const std::optional<StageRecord> record = read_stage_record(folder);
  if (!record) return {};
  return fs::path(record->source);
}

}  // namespace exo_harness::model

#include "exo_harness/model/stage/local_model.h"

#include <algorithm>

#include "exo_harness/core/digest.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/checkpoint/folder.h"
#include "exo_harness/model/stage/locate.h"

namespace exo_harness::model {
namespace fs = std::filesystem;
namespace {

std::string layout_of(const ModelFolder& model) {
  Digest digest(DigestKind::sha256);
  digest.add_file(model.path / "config.json");
  for (const Shard& shard : model.shards) {
    digest.add(format("\n{} {}", shard.name, shard.bytes));
    for (const Tensor& tensor : shard.header.tensors) {
      digest.add(format("\n{} {} {} {}", tensor.name, tensor.dtype, tensor.begin, tensor.end));
      for (const std::uint64_t n : tensor.shape) digest.add(format(" {}", n));
    }
  }
  if (model.index) {
    for (const auto& [tensor, file] : model.index->files) digest.add(format("\n{} {}", tensor, file));
  }
  return digest.hex();
}

std::uint64_t all_bytes(const ModelFolder& model) {
  std::uint64_t sum = model.bytes_on_disk();
  std::error_code ignored;
  for (const std::string& name : model.other_files) {
    const std::uintmax_t size = fs::file_size(model.path / name, ignored);
    if (!ignored) sum += size;
  }
  return sum;
}

void add_all(std::vector<std::string>& to, const std::string& node, const std::vector<std::string>& problems) {
  for (const std::string& each : problems) to.push_back(format("{}: {}", node, each));
}

void compare_complete(ModelCheck& check, NodeModel& node, const std::string& revision) {
  std::error_code ignored;
  // Not even the folder around it: a container, a tunnel or a fake, whose disk is not this one.
  if (node.directory.empty() || !fs::is_directory(fs::path(node.directory).parent_path(), ignored)) return;
  if (!fs::is_directory(node.directory, ignored)) {
    check.problems.push_back(
        format("{} says it is complete in {}, which is not on this machine", node.node, node.directory));
    return;
  }
  const LocalModel disk = look_at_model(node.directory);
  node.revision = disk.revision.id;
  node.layout = disk.layout;
  add_all(check.problems, node.node, disk.problems);
  if (disk.all_bytes != 0 && (node.bytes < disk.weight_bytes || node.bytes > disk.all_bytes)) {
    check.problems.push_back(format("{} says it has {} bytes, {} holds {} of weights and {} in all", node.node,
                                    node.bytes, node.directory, disk.weight_bytes, disk.all_bytes));
  }
  if (!revision.empty() && !node.revision.empty() && node.revision != revision) {
    check.problems.push_back(
        format("{}: {} is of revision {}, wanted is {}", node.node, node.directory, node.revision, revision));
  }
}

void compare_absent(ModelCheck& check, const NodeModel& node, const std::vector<fs::path>& exo_folders) {
  std::error_code ignored;
  for (const fs::path& folder : exo_folders) {
    const fs::path place = folder / folder_name(check.repo);
    if (!fs::exists(place / "config.json", ignored)) continue;
    const LocalModel disk = look_at_model(place);
    if (!disk.problems.empty()) return add_all(check.problems, node.node, disk.problems);
    check.problems.push_back(
        format("{} says it is {}, but it lies complete in {}: it looks elsewhere (EXO_MODELS_DIRS, "
               "EXO_MODELS_READ_ONLY_DIRS of its environment), or has not looked since (each 60 s)",
               node.node, node.status, place.string()));
    return;
  }
}

}  // namespace

ContentHash hash_content(const fs::path& folder, Progress& progress) {
  std::vector<std::string> names = read_model_folder(folder).own_files();
  std::sort(names.begin(), names.end());
  Digest digest(DigestKind::sha256);
  ContentHash result;
  for (const std::string& name : names) {
    try {
      const FileHash hash = hash_file(folder, name, progress);
      digest.add(format("{}  {}\n", hash.sha256, name));
      ++(hash.verified ? result.verified : result.unpublished);
    } catch (const HashMismatch& mismatch) {
      result.problems.emplace_back(mismatch.what());
    }
  }
  if (result.problems.empty()) result.sha256 = digest.hex();
  return result;
}

LocalModel look_at_model(const fs::path& folder) {
  LocalModel result;
  result.folder = folder;
  try {
    result.revision = revision_of(folder);
    const ModelFolder model = read_model_folder(folder);
    result.weight_bytes = model.bytes_on_disk();
    result.all_bytes = all_bytes(model);
    result.layout = layout_of(model);
    result.problems = model.problems;
  } catch (const HarnessError& error) {
    result.problems.push_back(format("damaged: {}", error.what()));
  }
  if (!result.revision.others.empty()) {
    result.problems.push_back(format("its files are of the revisions {} and {}: an update was interrupted",
                                     result.revision.id, join(result.revision.others, ", ")));
  }
  return result;
}

std::vector<std::string> differences(const LocalModel& one, const LocalModel& other) {
  std::vector<std::string> result;
  const auto add = [&](std::string_view what, const auto& a, const auto& b) {
    result.push_back(
        format("not the same {}: {} in {}, {} in {}", what, a, one.folder.string(), b, other.folder.string()));
  };
  if (!one.revision.id.empty() && !other.revision.id.empty() && one.revision.id != other.revision.id)
    add("revision", one.revision.id, other.revision.id);
  if (one.all_bytes == 0 || other.all_bytes == 0) return result;
  if (one.weight_bytes != other.weight_bytes)
    add("bytes of weights", one.weight_bytes, other.weight_bytes);
  else if (one.layout != other.layout)
    add("config.json, index or headers (SHA-256)", one.layout.substr(0, 12), other.layout.substr(0, 12));
  return result;
}

void compare_with_disk(ModelCheck& check, const std::string& node_id, const std::vector<fs::path>& exo_folders,
                       const std::string& revision) {
  for (NodeModel& node : check.nodes) {
    if (node.id != node_id) continue;
    if (node.status == "complete")
      compare_complete(check, node, revision);
    else
      compare_absent(check, node, exo_folders);
  }
}

}  // namespace exo_harness::model

#include "exo_harness/model/checkpoint/folder.h"

#include <algorithm>
#include <ostream>
#include <set>

#include "exo_harness/core/error.h"
#include "exo_harness/core/few.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/finder_file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "bad_files.h"

namespace exo_harness::model {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kLongestIndex = 64u << 20;
constexpr std::size_t kMostFiles = 20'000;
constexpr int kDeepestFolder = 16;
const std::string kUsualIndex = "model.safetensors.index.json";

[[noreturn]] void refuse_folder(const fs::path& path, std::string_view what, const std::string& advice) {
  throw HarnessError(format("{}: {}", path.string(), what), advice);
}

/// Relative names of all files of the model below `path`. Links to files count, links to folders are not followed: no
/// loops.
std::vector<std::string> files_below(const fs::path& path) {
  std::vector<std::string> names;
  std::error_code error;
  fs::recursive_directory_iterator it(path, error), end;
  for (; !error && it != end; it.increment(error)) {
    std::error_code broken;
    if (is_finder_file(it->path()) || !it->is_regular_file(broken)) continue;
    if (names.size() == kMostFiles)
      refuse_folder(path, format("more than {} files", kMostFiles), "is it the folder of one model?");
    if (it.depth() > kDeepestFolder)
      refuse_folder(path, format("folders deeper than {}", kDeepestFolder), "is it the folder of one model?");
    names.push_back(it->path().lexically_relative(path).string());
  }
  if (error) refuse_folder(path, error.message(), "check that the folder and all folders in it may be read");
  std::sort(names.begin(), names.end());
  return names;
}

constexpr const char* kNotThere = "which is not there";

std::string why_no_file(const fs::path& file) {
  std::error_code ignored;
  const fs::file_status own = fs::symlink_status(file, ignored);
  if (!fs::exists(own)) return kNotThere;
  if (fs::is_symlink(own) && !fs::exists(file, ignored)) return "which is a link that leads to no file";
  return "which is there, but is no file";
}

std::string find_index(const std::vector<std::string>& names) {
  if (std::binary_search(names.begin(), names.end(), kUsualIndex)) return kUsualIndex;
  const auto found = std::find_if(names.begin(), names.end(), [](const std::string& name) {
    return name.ends_with(".safetensors.index.json") && name.find('/') == std::string::npos;
  });
  return found == names.end() ? "" : *found;
}

std::set<std::string> shard_names(const ModelFolder& folder, const std::vector<std::string>& names) {
  std::set<std::string> wanted;
  if (folder.index) {
    for (const auto& [tensor, file] : folder.index->files) wanted.insert(file);
    return wanted;
  }
  std::set<std::string> all;
  for (const std::string& name : names) {
    if (!name.ends_with(".safetensors") || name.find('/') != std::string::npos) continue;
    all.insert(name);
    if (is_read_by_mlx(name)) wanted.insert(name);
  }
  return wanted.empty() ? all : wanted;
}

void read_shards(ModelFolder& folder, const std::vector<std::string>& names) {
  const std::set<std::string> wanted = shard_names(folder, names);
  if (wanted.empty())
    refuse_folder(folder.path, "no *.safetensors file", "only models in the safetensors format are known");
  for (const std::string& name : wanted) {
    if (!std::binary_search(names.begin(), names.end(), name)) {
      refuse_folder(folder.path,
                    format("{} names {}, {}", folder.index_name, printable(name), why_no_file(folder.path / name)),
                    "the download is incomplete: fetch it again");
    }
    folder.shards.push_back({name, fs::file_size(folder.path / name), read_safetensors_header(folder.path / name)});
  }
}

/// One line for all tensors with the same trouble: a real model has hundreds.
constexpr std::size_t kNamedTensors = 3;

void add_problem(ModelFolder& folder, const Few& tensors, std::string_view of_one, std::string_view of_many) {
  if (tensors.count() == 0) return;
  folder.problems.push_back(tensors.count() == 1
                                ? format("{} {}", tensors.list().front(), of_one)
                                : format("{} tensors {}: {}", tensors.count(), of_many, join(tensors.list(), ", ")));
}

void compare_with_index(ModelFolder& folder) {
  std::size_t known = 0;
  Few others(kNamedTensors);
  for (const Shard& shard : folder.shards) {
    for (const Tensor& tensor : shard.header.tensors) {
      const auto entry = folder.index->files.find(tensor.name);
      if (entry != folder.index->files.end() && entry->second == shard.name)
        ++known;
      else
        others.add(format("`{}` in {}", printable(tensor.name), shard.name));
    }
  }
  add_problem(folder, others, format("is not what {} says of it", folder.index_name),
              format("are not what {} says of them", folder.index_name));
  if (known != folder.index->files.size()) {
    folder.problems.push_back(
        format("{} names {} tensors, {} of them are there", folder.index_name, folder.index->files.size(), known));
  }
  const std::uint64_t stated = folder.index->total_size;
  if (stated != 0 && stated != folder.bytes_in_headers()) {
    folder.problems.push_back(
        format("{} states {} bytes, the headers add up to {}", folder.index_name, stated, folder.bytes_in_headers()));
  }
}

/// The names that a tensor has twice over all shards.
void find_doubles(ModelFolder& folder) {
  std::set<std::string_view> seen;
  Few doubles(kNamedTensors);
  for (const Shard& shard : folder.shards) {
    for (const Tensor& tensor : shard.header.tensors) {
      if (seen.insert(tensor.name).second) continue;
      doubles.add(format("`{}` in {}", printable(tensor.name), shard.name));
    }
  }
  add_problem(folder, doubles, "is there a second time", "are there a second time");
}

void check_auto_map(ModelFolder& folder, const std::vector<std::string>& names) {
  std::set<std::string> modules;
  for (const auto& [key, value] : folder.config.auto_map) {
    const std::string local = value.substr(value.find("--") == std::string::npos ? 0 : value.find("--") + 2);
    modules.insert(local.substr(0, local.find('.')));
  }
  for (const std::string& module : modules) {
    if (std::binary_search(names.begin(), names.end(), module + ".py")) continue;
    folder.problems.push_back(format(
        "config.json names the code {}.py (auto_map), which is not there: tools that run it say No module named '{}'",
        printable(module), printable(module)));
  }
}

/// What Python takes without a word, and no author means.
void check_json(ModelFolder& folder) {
  for (const std::string& key : folder.config.twice)
    folder.problems.push_back(format("config.json has `{}` twice; Python, and so Exo, takes the last", key));
  for (const std::string& number : folder.config.not_finite) {
    if (number.ends_with(" is NaN")) folder.problems.push_back(format("config.json: {}", number));
  }
  if (!folder.index) return;
  for (const std::string& key : folder.index->twice)
    folder.problems.push_back(format("{} has `{}` twice; the last is taken", folder.index_name, key));
}

void check_files(ModelFolder& folder, const std::vector<std::string>& names) {
  const auto has = [&](const char* name) { return std::binary_search(names.begin(), names.end(), name); };
  folder.has_tokenizer = has("tokenizer.json") || has("tokenizer.model") || has("tiktoken.model") || has("vocab.json");
  folder.has_chat_template = has("chat_template.jinja") || has("chat_template.json");
  if (!folder.has_chat_template && has("tokenizer_config.json")) {
    folder.has_chat_template =
        contains(read_file(folder.path / "tokenizer_config.json", kLongestIndex), "chat_template");
  }
  if (!folder.has_tokenizer) {
    const std::string why = why_no_file(folder.path / "tokenizer.json");
    folder.problems.push_back(why == kNotThere ? "no tokenizer: neither tokenizer.json nor tokenizer.model is there"
                                               : "no tokenizer: tokenizer.json, " + why);
  }
  if (!has("tokenizer_config.json")) {
    const std::string why = why_no_file(folder.path / "tokenizer_config.json");
    folder.problems.push_back(why == kNotThere ? "no tokenizer_config.json" : "tokenizer_config.json, " + why);
  }
  if (!folder.index)
    folder.problems.push_back(
        "no *.safetensors.index.json: Exo does not find a model without one; `models stage` makes it");
}

void find_bad_files(ModelFolder& folder, const std::vector<std::string>& names) {
  folder.strays = find_strays(folder);
  for (const BadFile& stray : folder.strays) {
    folder.problems.push_back(format(
        "{} is a stray: no shard of this model, but mlx-lm reads each model*.safetensors, {}", printable(stray.name),
        stray.why.empty() ? "and it may override the shards" : format("and this one: {}", stray.why)));
  }
  folder.broken = find_broken(folder.path, names);
  for (const BadFile& file : folder.broken) folder.problems.push_back(format("{}: {}", printable(file.name), file.why));
}

}  // namespace

void PrintTo(const BadFile& file, std::ostream* os) {
  *os << printable(file.name) << (file.why.empty() ? "" : ": " + file.why);
}

std::uint64_t ModelFolder::bytes_on_disk() const {
  std::uint64_t sum = 0;
  for (const Shard& shard : shards) sum += shard.bytes;
  return sum;
}

std::uint64_t ModelFolder::bytes_in_headers() const {
  std::uint64_t sum = 0;
  for (const Shard& shard : shards) {
    for (const Tensor& tensor : shard.header.tensors) sum += tensor.bytes();
  }
  return sum;
}

std::vector<std::string> ModelFolder::own_files() const {
  std::vector<std::string> names;
  for (const Shard& shard : shards) names.push_back(shard.name);
  for (const std::string& name : other_files) {
    const bool stray = std::any_of(strays.begin(), strays.end(), [&](const BadFile& s) { return s.name == name; });
    if (!stray && name.front() != '.' && name.find("/.") == std::string::npos) names.push_back(name);
  }
  return names;
}

std::vector<Tensor> ModelFolder::tensors() const {
  std::vector<Tensor> all;
  for (const Shard& shard : shards) all.insert(all.end(), shard.header.tensors.begin(), shard.header.tensors.end());
  std::sort(all.begin(), all.end(), [](const Tensor& a, const Tensor& b) { return a.name < b.name; });
  return all;
}

ModelFolder config_alone(std::string_view json, std::string_view name) {
  ModelFolder folder;
  folder.config = parse_config(json, name);
  folder.has_tokenizer = folder.has_chat_template = true;  // Nobody says that they are missing.
  folder.problems = {"config.json alone: no weights were looked at"};
  return folder;
}

ModelFolder read_config_alone(const fs::path& path) {
  std::error_code ignored;
  const fs::path config = fs::is_directory(path, ignored) ? path / "config.json" : path;
  if (!fs::is_regular_file(config, ignored))  // A pipe would be waited for.
    refuse_folder(path, "config.json, " + why_no_file(config), "point at a config.json, or the folder of a model");
  ModelFolder folder = config_alone(read_file(config, kLongestConfig), config.string());
  folder.path = path;
  return folder;
}

ModelFolder read_model_folder(const fs::path& path) {
  ModelFolder folder;
  folder.path = path;
  const std::vector<std::string> names = files_below(path);
  if (!std::binary_search(names.begin(), names.end(), "config.json")) {
    std::error_code ignored;
    const bool there = fs::exists(fs::symlink_status(path / "config.json", ignored));
    refuse_folder(path, there ? "config.json, " + why_no_file(path / "config.json") : "no config.json",
                  "point at the folder that holds the model's files (of a Hugging Face cache: snapshots/<revision>)");
  }
  folder.config = read_config(path / "config.json");
  folder.index_name = find_index(names);
  if (!folder.index_name.empty()) {
    folder.index = parse_index(read_file(path / folder.index_name, kLongestIndex), (path / folder.index_name).string());
  }
  read_shards(folder, names);
  check_json(folder);
  find_bad_files(folder, names);
  check_files(folder, names);
  check_auto_map(folder, names);
  find_doubles(folder);
  if (folder.index) compare_with_index(folder);
  for (const std::string& name : names) {
    const bool is_shard =
        std::any_of(folder.shards.begin(), folder.shards.end(), [&](const Shard& s) { return s.name == name; });
    if (!is_shard) folder.other_files.push_back(name);
  }
  return folder;
}

}  // namespace exo_harness::model

#include "bad_files.h"

#include <algorithm>
#include <array>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "lfs_pointer.h"
#include "python_json.h"
#include "weight_table.h"

namespace exo_harness::model {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kLongestTokenizer = 256u << 20;

/// Read by Python.
constexpr std::string_view kPythonJson[] = {"tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
                                            "generation_config.json"};
/// Read by Rust's serde, which knows no `NaN`.
constexpr std::string_view kStrictJson[] = {"tokenizer.json", "vocab.json"};
constexpr std::string_view kNeverEmpty[] = {"tokenizer.model", "tiktoken.model", "merges.txt", "chat_template.jinja"};

/// MLX takes overlaps, gaps and bytes behind the last tensor; no file at all, or half a length, it does not.
bool is_no_safetensors(const fs::path& file) {
  std::error_code error;
  const bool is_file = fs::is_regular_file(file, error);
  return !is_file || fs::file_size(file, error) < 8;
}

BadFile stray_of(const fs::path& file) {
  BadFile stray{file.filename().string(), "", false};
  try {
    for (const Tensor& tensor : read_safetensors_header(file).tensors) {
      if (mlx_reading_of(tensor.dtype) != MlxReading::refused) continue;
      stray.why = format("`{}` is {}, which MLX refuses", shorten(printable(tensor.name), 200), tensor.dtype);
      stray.stops_loading = true;
      break;
    }
  } catch (const HarnessError& error) {
    const std::string_view what = error.what();
    const std::size_t name = what.find(": ");
    stray.why = std::string(name == std::string_view::npos ? what : what.substr(name + 2));
    stray.stops_loading = is_no_safetensors(file);
  }
  return stray;
}

std::string python_trouble(const fs::path& file) {
  try {
    const bool is_object = parse_python_json(read_file(file, kLongestTokenizer), "", kDeepestJson).value.is_object();
    return is_object ? "" : "not what it should be: expected an object";
  } catch (const HarnessError& error) {
    const std::string_view what = error.what();
    return std::string(what.starts_with(": ") ? what.substr(2) : what);
  }
}

std::string strict_trouble(const fs::path& file) {
  const std::string text = read_file(file, kLongestTokenizer);
  if (trim(text).starts_with("{") && nlohmann::json::accept(text)) return "";
  if (text.empty()) return "empty";
  return trim(text).starts_with("{") ? "not JSON, or cut off" : "not JSON: expected an object";
}

bool is_blank(const fs::path& file) {
  constexpr std::uintmax_t kLongest = 4096;
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  return !error && size <= kLongest && trim(read_file(file, kLongest)).empty();
}

/// Of a file of a Hugging Face cache: what is left beside its blob of a download that broke off; empty: nothing.
std::string left_of_a_download(const fs::path& file) {
  std::error_code error;
  const fs::path blob = fs::canonical(file, error);
  const std::string begin = blob.filename().string() + ".";
  for (fs::directory_iterator it(blob.parent_path(), error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with(begin) && name.ends_with(".incomplete")) return name;
  }
  return "";
}

/// Empty: nothing.
std::string trouble_with_file(const fs::path& folder, const std::string& name) {
  if (is_lfs_pointer(folder / name)) return "a pointer of Git LFS, not the file itself: `git lfs pull` gets it";
  if (std::ranges::count(kPythonJson, name) > 0) return python_trouble(folder / name);
  if (std::ranges::count(kStrictJson, name) > 0) return strict_trouble(folder / name);
  return std::ranges::count(kNeverEmpty, name) > 0 && is_blank(folder / name) ? "empty" : "";
}

}  // namespace

bool is_read_by_mlx(std::string_view name) {
  constexpr std::string_view kBegin = "model", kEnd = ".safetensors";
  return name.size() >= kBegin.size() + kEnd.size() && name.starts_with(kBegin) && name.ends_with(kEnd) &&
         name.find('/') == std::string_view::npos;
}

std::vector<BadFile> find_strays(const ModelFolder& folder) {
  std::vector<BadFile> strays;
  std::error_code error;
  for (fs::directory_iterator it(folder.path, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    const bool shard =
        std::any_of(folder.shards.begin(), folder.shards.end(), [&](const Shard& each) { return each.name == name; });
    if (is_read_by_mlx(name) && !shard) strays.push_back(stray_of(it->path()));
  }
  std::sort(strays.begin(), strays.end(), [](const BadFile& a, const BadFile& b) { return a.name < b.name; });
  return strays;
}

std::vector<BadFile> find_broken(const fs::path& folder, const std::vector<std::string>& names) {
  std::vector<BadFile> broken;
  for (const std::string& name : names) {
    if (name.front() == '.' || name.ends_with(".safetensors")) continue;
    std::string trouble = trouble_with_file(folder, name);
    if (trouble.empty()) continue;
    if (const std::string left = left_of_a_download(folder / name); !left.empty())
      trouble +=
          format("; {} beside it: a download broke off, after which hf_xet below 1.5.1 ends well", shorten(left, 100));
    broken.push_back({name, std::move(trouble), false});
  }
  return broken;
}

}  // namespace exo_harness::model

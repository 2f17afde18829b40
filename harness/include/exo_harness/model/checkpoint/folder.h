#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/model/checkpoint/config.h"
#include "exo_harness/model/checkpoint/safetensors.h"

namespace exo_harness::model {

/// A `*.safetensors.index.json`: which tensor lies in which file.
struct ShardIndex {
  std::uint64_t total_size = 0;              ///< Bytes of all tensors as stated; 0: not stated.
  std::map<std::string, std::string> files;  ///< Tensor → file name, each a plain name inside the folder.
  std::vector<std::string> twice;            ///< Keys that stand twice, as paths; the last value counts.
};

/// Reads the text of an index. Fails: HarnessError that names file and tensor, for JSON that is none, an index without
/// tensors, and for file names that are no plain name in the same folder (`../x`, `/x`, `a/b`).
ShardIndex parse_index(std::string_view json, std::string_view name);

/// A weights file.
struct Shard {
  std::string name;
  std::uint64_t bytes = 0;  ///< On disk.
  SafetensorsHeader header;
};

/// A file that is in the way, or is not what its name says.
struct BadFile {
  std::string name;            ///< Relative to the folder.
  std::string why;             ///< For people; empty: nothing is wrong with the file itself.
  bool stops_loading = false;  ///< MLX does not read it, and loads nothing then.
};

void PrintTo(const BadFile& file, std::ostream* os);

/// What lies in a model's folder. Only headers are read, never weights.
struct ModelFolder {
  std::filesystem::path path;
  ModelConfig config;
  std::optional<ShardIndex> index;
  std::string index_name;  ///< File name of the index; empty when there is none.
  /// By name; those of the index. When there is none: all `model*.safetensors`, else all `*.safetensors`.
  std::vector<Shard> shards;
  std::vector<std::string> other_files;  ///< Relative names of everything else, by name; files only.
  /// `model*.safetensors` that is none of `shards`: mlx-lm reads it, too, and it may override them. No part of the
  /// model. `why`: it does not load, and with it nothing does.
  std::vector<BadFile> strays;
  std::vector<BadFile> broken;  ///< Pointers of Git LFS, and tokenizer files that are cut, empty or no JSON.
  bool has_tokenizer = false, has_chat_template = false;
  std::vector<std::string> problems;  ///< What is wrong without being fatal, each one line for people. Empty: complete.

  std::uint64_t bytes_on_disk() const;     ///< Of all weights files.
  std::uint64_t bytes_in_headers() const;  ///< Of all tensors.
  /// Relative names of all files but hidden ones and strays: those that make up the model.
  std::vector<std::string> own_files() const;
  /// All tensors of all shards, by name.
  std::vector<Tensor> tensors() const;
};

/// A model of which only config.json is known: a folder that holds one, or the file itself. It has no shards, counts
/// as one with a tokenizer, and has one problem that says so. Fails: HarnessError as of read_config.
ModelFolder read_config_alone(const std::filesystem::path& path);
/// The same of the text of a config.json; `name` is for messages, and the folder has no path.
ModelFolder config_alone(std::string_view json, std::string_view name);

/// Reads a folder: config.json, index, the header of each shard, and which tokenizer files are there.
///
/// Result: `problems` holds strays and broken files, missing tokenizer, keys that stand twice, tensors that the index
/// puts into another file or does not know, sums that do not agree, code files named by `auto_map` that are missing, a
/// single file without index (Exo does not find it: contract 15). Fails: HarnessError that names file and field when
/// config, index or a header is missing or damaged. 31 GB take well under a second. Threads: any.
ModelFolder read_model_folder(const std::filesystem::path& path);

}  // namespace exo_harness::model

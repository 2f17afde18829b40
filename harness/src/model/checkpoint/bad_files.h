#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/model/checkpoint/folder.h"

namespace exo_harness::model {

/// Whether mlx-lm reads a file of that name as weights, whatever an index says.
/// Source: mlx-lm c7010341, mlx_lm/utils.py, load_model: glob of `model*.safetensors`.
bool is_read_by_mlx(std::string_view name);

/// What mlx-lm reads beside the shards of `folder`, by name; folders, fifos and links to nowhere, too.
std::vector<BadFile> find_strays(const ModelFolder& folder);

/// Of the files `names` below `folder`: pointers of Git LFS; tokenizer files that are empty or not what transformers
/// reads. Weights and config.json are not looked at: their readers refuse what is wrong with them.
std::vector<BadFile> find_broken(const std::filesystem::path& folder, const std::vector<std::string>& names);

}  // namespace exo_harness::model

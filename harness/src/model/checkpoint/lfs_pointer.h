#pragma once

#include <filesystem>
#include <string_view>

namespace exo_harness::model {

/// Whether this is the text that Git LFS leaves in the place of a large file until `git lfs pull`.
/// Source: git-lfs, docs/spec.md, "The Pointer".
bool is_lfs_pointer(std::string_view text);

/// The same of a file; false for one that cannot be read. Reads at most its first kilobyte.
bool is_lfs_pointer(const std::filesystem::path& file);

/// Fails: HarnessError that says so when `text` is one. `name` stands in the message.
void refuse_lfs_pointer(std::string_view text, std::string_view name);

}  // namespace exo_harness::model

#pragma once

#include <filesystem>
#include <string>

namespace exo_harness {

/// Whether a file is what macOS leaves beside the files of others, and no part of what a folder holds: `._NAME`, the
/// attributes of NAME on a file system that has no room for them (exFAT, SMB), and `.DS_Store` of the Finder.
/// Source: rfc 1740, appendix B; `dot_clean(1)`.
inline bool is_finder_file(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  return name.starts_with("._") || name == ".DS_Store";
}

}  // namespace exo_harness

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace exo_harness {

/// How much is kept of a file that is too long, in bytes: the middle is left out.
struct FileEnds {
  std::uint64_t head = 0, tail = 0;
};

/// Of the log of a start script, in which a flood may come.
inline constexpr FileEnds kBoundedLogEnds{4u << 20, 16u << 20};

/// Copies `from` without its secrets and made harmless (core/harmless.h), in pieces: a log of a gigabyte takes no
/// memory, whether it has lines or not. Result: whether the copy is whole. Threads: any.
bool copy_redacted(const std::filesystem::path& from, const std::filesystem::path& to,
                   const std::optional<FileEnds>& ends = std::nullopt);

/// Replaces a file by its redacted copy, all at once: whoever reads it sees the old file or the new one. Whoever still
/// writes to it writes to a file without a name from then on. Result: whether it was replaced.
bool redact_in_place(const std::filesystem::path& file, const std::optional<FileEnds>& ends = std::nullopt);

/// Whether a file is the unfinished copy of a `redact_in_place` that was killed.
bool is_unfinished_copy(const std::filesystem::path& file);

}  // namespace exo_harness

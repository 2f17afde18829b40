#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "exo_harness/core/file.h"

namespace exo_harness::process {

/// A line of a followed log.
struct FollowedLine {
  std::string text;          ///< Without its newline; bytes as they were.
  std::uint64_t offset = 0;  ///< Where it began in its file.
  int file = 0;              ///< 0 for the first file of that name, 1 after one rotation, …
  bool cut = false;          ///< Longer than the cap: this is its beginning.
};

/// Reads the lines of a growing log as they are completed, through rotation by rename: the old file is read to its end
/// before the new one of that name is opened, so that no line is lost or doubled. A file that shrinks (copytruncate) is
/// started over, and counted, for then lines may be lost. Threads: one at a time.
class LogFollower {
 public:
  static constexpr std::size_t kLineCap = 1u << 20;

  /// Begins with the first byte of the file, which need not exist yet.
  explicit LogFollower(std::filesystem::path path, std::size_t line_cap = kLineCap);

  /// The lines completed since the last call, at most about 4 MiB of them. `rest`: the writer has ended, so a last line
  /// without newline counts, too. Call at least as often as the log is rotated twice.
  std::vector<FollowedLine> read_new(bool rest = false);

  int rotations() const { return file_number_; }
  /// How often the file shrank under us.
  int truncations() const { return truncations_; }

 private:
  bool open_next();
  std::size_t read_block(std::vector<FollowedLine>& lines);
  void take(std::string_view block, std::vector<FollowedLine>& lines);
  void emit(std::vector<FollowedLine>& lines);
  bool was_replaced() const;

  std::filesystem::path path_;
  std::size_t line_cap_;
  UniqueFd fd_;
  std::uint64_t offset_ = 0, line_begin_ = 0;
  std::string partial_;
  bool cut_ = false;
  int file_number_ = 0, truncations_ = 0;
};

}  // namespace exo_harness::process

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "exo_harness/core/file.h"
#include "exo_harness/core/redacted_copy.h"

namespace exo_harness::process {

/// Keeps the disk use of a growing log in bounds: its first and last bytes stay, the middle becomes a hole. Offsets
/// stay valid; the writer, appending, notices nothing. Reads of the hole give NUL bytes. Right after a flood no more
/// than a sixteenth of the tail is there. Threads: one at a time.
class BoundedLog {
 public:
  static constexpr std::uint64_t kHead = kBoundedLogEnds.head, kTail = kBoundedLogEnds.tail;

  /// `path` may not exist yet.
  explicit BoundedLog(std::filesystem::path path, std::uint64_t head = kHead, std::uint64_t tail = kTail);

  /// Looks at the size and cuts if needed. Result: bytes that the log grew by since the last look.
  std::uint64_t trim();
  /// Bytes that were given up, up to now.
  std::uint64_t lost() const { return punched_ - first_hole_; }
  /// Why the file system would not give blocks back, as errno, so that the log grows without bound; 0 when it does.
  /// macOS does on APFS only.
  int refusal() const { return refusal_; }

 private:
  std::filesystem::path path_;
  UniqueFd fd_;
  std::uint64_t tail_, first_hole_, punched_, size_ = 0;
  int refusal_ = 0;
};

/// The last `bytes` of a file of any size, from the first whole line on where there is one; empty when it cannot be
/// read.
std::string end_of_log(const std::filesystem::path& path, std::size_t bytes = 64u << 10);

/// Gives the blocks of `[from, from + length)` back to the file system. Result: whether it can do that.
bool punch_hole(int fd, std::uint64_t from, std::uint64_t length);

}  // namespace exo_harness::process

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace exo_harness {

/// The whole file. Fails: HarnessError that names the file when it cannot be read or is longer than `limit` bytes.
std::string read_file(const std::filesystem::path& path, std::uintmax_t limit = 256u << 20);

/// Writes `content` beside `path` and renames it into place, so that no reader sees half of it.
/// Fails: HarnessError; then `path` is as it was.
void write_file(const std::filesystem::path& path, std::string_view content);

/// Owns a file descriptor; closes it at the end.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release();
  void reset();

 private:
  int fd_ = -1;
};

/// A folder of its own under the system's temporary folder, removed with all it holds at the end.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(std::string_view prefix = "exo-harness");
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// 2 × `bytes` hexadecimal digits from the system's random source.
std::string random_hex(std::size_t bytes);

}  // namespace exo_harness

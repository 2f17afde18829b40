#include "exo_harness/process/bounded_log.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exo_harness::process {
namespace {

constexpr std::uint64_t kBlock = 4096, kWorthwhile = 1u << 20, kFlood = 512u << 10;

}  // namespace

BoundedLog::BoundedLog(std::filesystem::path path, std::uint64_t head, std::uint64_t tail)
    : path_(std::move(path)), tail_(tail), first_hole_((head + kBlock - 1) / kBlock * kBlock), punched_(first_hole_) {}

std::uint64_t BoundedLog::trim() {
  if (!fd_) fd_ = UniqueFd(::open(path_.c_str(), O_RDWR | O_CLOEXEC));
  struct stat status {};
  if (!fd_ || ::fstat(fd_.get(), &status) != 0) return 0;
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const std::uint64_t grown = size > size_ ? size - size_ : 0;
  size_ = size;
  // Before the next look a flood may write as much again, or far more: make room.
  const bool floods = grown > kFlood && size > first_hole_ + tail_;
  const std::uint64_t tail = floods ? tail_ / 16 : tail_;
  const std::uint64_t keep_from = size > tail ? (size - tail) / kBlock * kBlock : 0;
  if (keep_from > punched_ + kWorthwhile) {
    refusal_ = punch_hole(fd_.get(), punched_, keep_from - punched_) ? 0 : errno;
    if (refusal_ == 0) punched_ = keep_from;
  }
  return grown;
}

std::string end_of_log(const std::filesystem::path& path, std::size_t bytes) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) return "";
  const auto size = static_cast<std::size_t>(status.st_size), begin = size > bytes ? size - bytes : 0;
  std::string text(size - begin, '\0');
  const ssize_t n = ::pread(fd.get(), text.data(), text.size(), static_cast<off_t>(begin));
  text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  const std::size_t line = begin > 0 ? text.find('\n') : std::string::npos;
  return line == std::string::npos ? text : text.substr(line + 1);
}

}  // namespace exo_harness::process

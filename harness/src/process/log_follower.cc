#include "exo_harness/process/log_follower.h"

#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exo_harness::process {
namespace {

constexpr std::size_t kReadBytes = 64u << 10, kMostAtOnce = 4u << 20;

}  // namespace

LogFollower::LogFollower(std::filesystem::path path, std::size_t line_cap)
    : path_(std::move(path)), line_cap_(line_cap) {}

std::vector<FollowedLine> LogFollower::read_new(bool rest) {
  std::vector<FollowedLine> lines;
  std::size_t total = 0;
  while (total < kMostAtOnce && (fd_ || open_next())) {
    // Asked before the read: what is written to the old file until its writer moves on is there to be read then.
    const bool replaced = was_replaced();
    const std::size_t n = read_block(lines);
    total += n;
    if (n > 0) continue;
    if (!replaced) break;
    emit(lines);
    fd_.reset();
    ++file_number_;
  }
  if (rest) emit(lines);
  return lines;
}

bool LogFollower::open_next() {
  fd_ = UniqueFd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  offset_ = line_begin_ = 0;
  return static_cast<bool>(fd_);
}

bool LogFollower::was_replaced() const {
  struct stat ours {
  }, named{};
  if (::fstat(fd_.get(), &ours) != 0) return true;
  if (::stat(path_.c_str(), &named) != 0) return false;  // Renamed away, nothing new yet: the writer may not be done.
  return ours.st_dev != named.st_dev || ours.st_ino != named.st_ino;
}

std::size_t LogFollower::read_block(std::vector<FollowedLine>& lines) {
  struct stat status {};
  if (::fstat(fd_.get(), &status) == 0 && static_cast<std::uint64_t>(status.st_size) < offset_) {
    ++truncations_;
    partial_.clear();
    cut_ = false;
    offset_ = line_begin_ = 0;
  }
  std::string block(kReadBytes, '\0');
  const ssize_t n = ::pread(fd_.get(), block.data(), block.size(), static_cast<off_t>(offset_));
  if (n <= 0) return 0;
  take({block.data(), static_cast<std::size_t>(n)}, lines);
  return static_cast<std::size_t>(n);
}

void LogFollower::take(std::string_view block, std::vector<FollowedLine>& lines) {
  while (!block.empty()) {
    const std::size_t end = block.find('\n');
    const std::string_view part = block.substr(0, end);
    const std::size_t room = line_cap_ - partial_.size();
    if (part.size() > room) cut_ = true;
    partial_.append(part.substr(0, room));
    offset_ += part.size();
    if (end == std::string_view::npos) return;
    ++offset_;
    block.remove_prefix(end + 1);
    lines.push_back(
        {std::exchange(partial_, {}), std::exchange(line_begin_, offset_), file_number_, std::exchange(cut_, false)});
  }
}

void LogFollower::emit(std::vector<FollowedLine>& lines) {
  if (partial_.empty()) return;
  lines.push_back({std::exchange(partial_, {}), line_begin_, file_number_, std::exchange(cut_, false)});
  line_begin_ = offset_;
}

}  // namespace exo_harness::process

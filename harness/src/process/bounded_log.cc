#include "exo_harness/process/bounded_log.h"

#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

namespace exo_harness::process {
namespace {

constexpr std::uint64_t kBlock = 4096, kWorthwhile = 1u << 20;

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
  const std::uint64_t keep_from = size > tail_ ? (size - tail_) / kBlock * kBlock : 0;
  if (keep_from > punched_ + kWorthwhile && punch_hole(fd_.get(), punched_, keep_from - punched_)) punched_ = keep_from;
  return grown;
}

}  // namespace exo_harness::process

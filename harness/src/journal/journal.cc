#include "exo_harness/journal/journal.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"

namespace exo_harness::journal {
namespace {

// How much of `line` one write took; interrupted writes are tried again.
std::size_t write_once(int fd, std::string_view line) {
  while (true) {
    const ssize_t n = ::write(fd, line.data(), line.size());
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno != EINTR) return 0;
  }
}

}  // namespace

Journal::Journal(const std::filesystem::path& file, std::string writer)
    : fd_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)), writer_(std::move(writer)) {
  if (!fd_) {
    throw HarnessError(format("cannot open the journal {}: {}", file.string(), std::strerror(errno)),
                       "choose a run folder that can be written: --out DIR");
  }
}

Journal& Journal::none() {
  static Journal nothing;
  return nothing;
}

void Journal::append(const Body& body) {
  if (!fd_) return;
  const std::lock_guard lock(mutex_);
  std::string line = to_line(Record{writer_, sequence_, monotonic_ns(), utc_now(), body});
  // A record that cannot be written still takes its number: the reader then sees the gap.
  ++sequence_;
  if (torn_) line.insert(0, 1, '\n');
  const std::size_t written = write_once(fd_.get(), line);
  if (written == line.size()) {
    torn_ = false;
    return;
  }
  lossy_ = true;
  torn_ = torn_ || written > 0;
}

void Journal::sync() {
  if (!fd_) return;
  const std::lock_guard lock(mutex_);
#ifdef F_FULLFSYNC
  const bool synced = ::fcntl(fd_.get(), F_FULLFSYNC) == 0 || ::fsync(fd_.get()) == 0;
#else
  const bool synced = ::fdatasync(fd_.get()) == 0;
#endif
  // A pipe or a terminal cannot be synced, and need not be.
  if (!synced && errno != EINVAL && errno != EROFS && errno != ENOTSUP) lossy_ = true;
}

bool Journal::lossy() const {
  const std::lock_guard lock(mutex_);
  return lossy_;
}

}  // namespace exo_harness::journal

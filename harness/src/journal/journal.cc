#include "exo_harness/journal/journal.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"

#include "line_writer.h"

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

// The same text as `utc_now`; but the calendar is asked once a second.
std::string_view utc_of_append() {
  thread_local std::array<char, 25> text{};
  thread_local std::int64_t known_second = -1;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t ms = std::chrono::duration_cast<milliseconds>(now).count();
  if (const std::time_t second = ms / 1000; second != known_second) {
    std::tm parts{};
    gmtime_r(&second, &parts);
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.000Z", &parts);
    known_second = second;
  }
  text[20] = static_cast<char>('0' + ms / 100 % 10);
  text[21] = static_cast<char>('0' + ms / 10 % 10);
  text[22] = static_cast<char>('0' + ms % 10);
  return {text.data(), 24};
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
  const std::int64_t now = monotonic_ns();
  const std::string_view utc = utc_of_append();
  if (listener_) listener_({writer_, sequence_, now, std::string(utc), body});
  std::string line;
  line.reserve(512);
  if (torn_) line += '\n';
  write_line(line, writer_, sequence_, now, utc, body);
  // A record that cannot be written still takes its number: the reader then sees the gap.
  ++sequence_;
  const std::size_t written = write_once(fd_.get(), line);
  if (written == line.size()) {
    torn_ = false;
    return;
  }
  lossy_ = true;
  torn_ = torn_ || written > 0;
}

void Journal::listen(std::function<void(const Record&)> see) {
  const std::lock_guard lock(mutex_);
  listener_ = std::move(see);
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

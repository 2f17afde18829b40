#include "exo_harness/process/line_channel.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include "exo_harness/core/error.h"

namespace exo_harness::process {
namespace {

#ifdef MSG_NOSIGNAL
constexpr int kSendFlags = MSG_NOSIGNAL | MSG_DONTWAIT;
#else
constexpr int kSendFlags = MSG_DONTWAIT;
#endif

constexpr std::size_t kMostUnsent = 1u << 20;
constexpr int kRoom = 256 << 10;  // macOS gives 8 KiB, which a clean-up of many processes fills.

void prepare(int fd) {
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kRoom, sizeof kRoom);
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kRoom, sizeof kRoom);
#ifdef SO_NOSIGPIPE
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
}

}  // namespace

bool LineChannel::send(std::string_view line) {
  const std::lock_guard lock(mutex_);
  if (unsent_.size() < kMostUnsent) unsent_.append(line) += '\n';
  return push();
}

// With the lock. A line may leave in pieces, but never without its rest. False: nothing can be sent any more.
bool LineChannel::push() {
  while (!unsent_.empty()) {
    const ssize_t n = ::send(fd_.get(), unsent_.data(), unsent_.size(), kSendFlags);
    if (n >= 0) {
      unsent_.erase(0, static_cast<std::size_t>(n));
    } else if (errno != EINTR) {
      return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS;
    }
  }
  return true;
}

bool LineChannel::flush(Deadline deadline) {
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (!push()) return false;
      if (unsent_.empty()) return true;
    }
    if (deadline.expired()) return false;
    pollfd room{fd_.get(), POLLOUT, 0};
    ::poll(&room, 1, static_cast<int>(deadline.remaining().count()) + 1);
  }
}

std::vector<std::string> LineChannel::receive() {
  {
    const std::lock_guard lock(mutex_);
    push();
  }
  std::array<char, 4096> block;
  ssize_t n = 0;
  while ((n = ::recv(fd_.get(), block.data(), block.size(), MSG_DONTWAIT)) > 0 || (n < 0 && errno == EINTR)) {
    if (n > 0) partial_.append(block.data(), static_cast<std::size_t>(n));
  }
  if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) closed_ = true;
  std::vector<std::string> whole;
  for (std::size_t end = 0; (end = partial_.find('\n')) != std::string::npos; partial_.erase(0, end + 1)) {
    whole.push_back(partial_.substr(0, end));
  }
  return whole;
}

std::pair<UniqueFd, UniqueFd> connected_ends() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) {
    throw HarnessError(std::string("cannot make a socket pair: ") + std::strerror(errno),
                       "raise the limit of open files: ulimit -n 4096");
  }
  prepare(ends[0]);
  prepare(ends[1]);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

}  // namespace exo_harness::process

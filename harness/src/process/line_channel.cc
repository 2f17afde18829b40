#include "exo_harness/process/line_channel.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>

#include "exo_harness/core/error.h"

namespace exo_harness::process {
namespace {

#ifdef MSG_NOSIGNAL
constexpr int kSendFlags = MSG_NOSIGNAL | MSG_DONTWAIT;
#else
constexpr int kSendFlags = MSG_DONTWAIT;
#endif

void prepare(int fd) {
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
#ifdef SO_NOSIGPIPE
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
}

}  // namespace

bool LineChannel::send(std::string_view line) {
  const std::string text = std::string(line) + '\n';
  const ssize_t n = ::send(fd_.get(), text.data(), text.size(), kSendFlags);
  return n >= 0 || errno == EAGAIN || errno == EWOULDBLOCK;
}

std::vector<std::string> LineChannel::receive() {
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

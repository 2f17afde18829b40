#include "exo_harness/core/file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <random>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"

namespace exo_harness {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(const fs::path& path, const char* verb, int error) {
  throw HarnessError(format("cannot {} {}: {}", verb, path.string(), std::strerror(error)),
                     "check that the path exists and that you may use it");
}

void write_all(int fd, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(path, "write", errno);
    content.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace

std::string read_file(const fs::path& path, std::uintmax_t limit) {
  // A pipe that nobody writes to is read as empty in place of waited for.
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) fail(path, "read", errno);
  std::string content;
  std::array<char, 65536> block;
  while (true) {
    const ssize_t n = ::read(fd.get(), block.data(), block.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(path, "read", errno);
    if (n == 0) return content;
    content.append(block.data(), static_cast<std::size_t>(n));
    if (content.size() > limit) {
      throw HarnessError(format("{} is longer than {} bytes", path.string(), limit), "is it the right file?");
    }
  }
}

void write_file(const fs::path& path, std::string_view content) {
  const fs::path part = path.string() + "." + random_hex(4) + ".part";
  try {
    UniqueFd fd(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!fd) fail(path, "write", errno);
    write_all(fd.get(), content, path);
    if (::close(fd.release()) != 0) fail(path, "write", errno);
    if (::rename(part.c_str(), path.c_str()) != 0) fail(path, "write", errno);
  } catch (...) {
    ::unlink(part.c_str());
    throw;
  }
}

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

int UniqueFd::release() {
  return std::exchange(fd_, -1);
}

void UniqueFd::reset() {
  if (fd_ >= 0) ::close(release());
}

TemporaryFolder::TemporaryFolder(std::string_view prefix) {
  std::string name = (fs::temp_directory_path() / format("{}-XXXXXX", prefix)).string();
  if (::mkdtemp(name.data()) == nullptr) fail(name, "create", errno);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string random_hex(std::size_t bytes) {
  std::random_device source;
  std::string text;
  while (text.size() < 2 * bytes) text += format("{:02x}", source() & 0xffu);
  return text;
}

}  // namespace exo_harness

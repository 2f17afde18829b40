#include "exo_harness/core/redacted_copy.h"

#include <algorithm>
#include <fstream>
#include <limits>

#include "exo_harness/core/format.h"
#include "exo_harness/core/harmless.h"
#include "exo_harness/core/redacting_stream.h"

namespace exo_harness {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kPieceBytes = 256u << 10, kLongestLine = 64u << 10;
constexpr const char* kUnfinished = ".redacted";

// The place behind the first end of a line from `at` on, if there is one near; else `at`.
std::uint64_t border_of_line(const fs::path& file, std::uint64_t at) {
  std::ifstream in(file, std::ios::binary);
  std::string text(kLongestLine, '\0');
  in.seekg(static_cast<std::streamoff>(at));
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  const std::size_t end = text.find('\n');
  return end == std::string::npos ? at : at + end + 1;
}

class RedactedCopy {
 public:
  RedactedCopy(const fs::path& from, const fs::path& to)
      : in_(from, std::ios::binary), out_(to, std::ios::binary | std::ios::trunc) {}

  void copy(std::uint64_t bytes) {
    std::string text;
    while (bytes > 0 && in_) {
      text.resize(static_cast<std::size_t>(std::min<std::uint64_t>(bytes, kPieceBytes)));
      in_.read(text.data(), static_cast<std::streamsize>(text.size()));
      text.resize(static_cast<std::size_t>(in_.gcount()));
      bytes -= text.size();
      out_ << harmless(redacting_.feed(text));
    }
    out_ << harmless(redacting_.finish());
  }
  void leave_out(std::uint64_t bytes) {
    in_.seekg(static_cast<std::streamoff>(bytes), std::ios::cur);
    out_ << format("\n[{} bytes are left out here]\n", bytes);
  }
  bool ok() { return in_.is_open() && !in_.bad() && out_.flush().good(); }

 private:
  std::ifstream in_;
  std::ofstream out_;
  RedactingStream redacting_;
};

}  // namespace

bool copy_redacted(const fs::path& from, const fs::path& to, const std::optional<FileEnds>& ends) {
  constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();
  std::error_code error;
  const std::uint64_t size = ends ? fs::file_size(from, error) : 0;
  RedactedCopy copy(from, to);
  if (ends && !error && size > ends->head + ends->tail) {
    // Between whole lines: half a secret is not recognised.
    const std::uint64_t head = border_of_line(from, ends->head);
    const std::uint64_t tail = std::max(head, border_of_line(from, size - ends->tail));
    copy.copy(head);
    copy.leave_out(tail - head);
  }
  copy.copy(kAll);
  return !error && copy.ok();
}

bool redact_in_place(const fs::path& file, const std::optional<FileEnds>& ends) {
  const fs::path clean = file.string() + kUnfinished;
  std::error_code error;
  if (copy_redacted(file, clean, ends)) {
    fs::rename(clean, file, error);
    return !error;
  }
  fs::remove(clean, error);
  return false;
}

bool is_unfinished_copy(const fs::path& file) {
  return file.extension() == kUnfinished;
}

}  // namespace exo_harness

#include "exo_harness/core/redacted_copy.h"

#include <algorithm>
#include <fstream>
#include <limits>

#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"

namespace exo_harness {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kPieceBytes = 1u << 20;
constexpr const char* kUnfinished = ".redacted";

// A piece ends with a line, or with a word where lines are longer than a piece: a secret is not to be cut in two.
std::size_t end_of_piece(const std::string& text) {
  const std::size_t line = text.rfind('\n'), word = text.find_last_of(" \t\0", std::string::npos, 3);
  return line != std::string::npos ? line + 1 : word != std::string::npos ? word + 1 : text.size();
}

class RedactedCopy {
 public:
  RedactedCopy(const fs::path& from, const fs::path& to)
      : in_(from, std::ios::binary), out_(to, std::ios::binary | std::ios::trunc) {}

  void copy(std::uint64_t bytes) {
    std::string text;
    while (bytes > 0 && in_) {
      const std::size_t held = text.size();
      text.resize(held + static_cast<std::size_t>(std::min<std::uint64_t>(bytes, kPieceBytes)));
      in_.read(text.data() + held, static_cast<std::streamsize>(text.size() - held));
      text.resize(held + static_cast<std::size_t>(in_.gcount()));
      bytes -= text.size() - held;
      const std::size_t end = bytes > 0 && in_ ? end_of_piece(text) : text.size();
      out_ << redact(text.substr(0, end));
      text.erase(0, end);
    }
  }
  void leave_out(std::uint64_t bytes) {
    in_.seekg(static_cast<std::streamoff>(bytes), std::ios::cur);
    out_ << format("\n[{} bytes are left out here]\n", bytes);
  }
  bool ok() { return in_.is_open() && !in_.bad() && out_.flush().good(); }

 private:
  std::ifstream in_;
  std::ofstream out_;
};

}  // namespace

bool copy_redacted(const fs::path& from, const fs::path& to, const std::optional<FileEnds>& ends) {
  constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();
  std::error_code error;
  const std::uint64_t size = ends ? fs::file_size(from, error) : 0;
  RedactedCopy copy(from, to);
  if (ends && !error && size > ends->head + ends->tail) {
    copy.copy(ends->head);
    copy.leave_out(size - ends->head - ends->tail);
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

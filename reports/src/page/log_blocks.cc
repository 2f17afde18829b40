#include "log_blocks.h"

#include <fstream>
#include <stdexcept>

#include <zlib.h>

#include "exo_harness/core/digest.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redacting_stream.h"
#include "exo_harness/core/text.h"

#include "sanitize.h"

namespace exo_reports {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlockBytes = 1u << 20;
constexpr std::size_t kTailLines = 25, kTailBytes = 8u << 10;
constexpr std::uint64_t kEndBytes = 1u << 20;  // Of head and tail each, of a log that does not fit.
// Of one log; more of it nobody reads in a page, and each megabyte costs a tenth of a second. The file is beside it.
constexpr std::uint64_t kMostOfALog = 3u << 20;

std::string deflate_raw(const std::string& text) {
  z_stream stream{};
  // -15: raw, without header and check, as the browser's `deflate-raw` wants it.
  if (deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw exo_harness::HarnessError("cannot start zlib", "is there memory left?");
  }
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int result = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw exo_harness::HarnessError("zlib did not end its stream", "report this as a bug");
  return packed;
}

bool stays_inside(const fs::path& relative) {
  if (relative.empty() || relative.is_absolute()) return false;
  for (const fs::path& part : relative) {
    if (part == "..") return false;
  }
  return true;
}

// Reads a file in pieces of about a block that end with a line, where lines are not longer than that.
class Pieces {
 public:
  explicit Pieces(const fs::path& file) : in_(file, std::ios::binary) {}
  bool next(std::string& piece) {
    piece = std::move(rest_);
    rest_.clear();
    const std::size_t held = piece.size();
    piece.resize(held + kBlockBytes);
    in_.read(piece.data() + held, kBlockBytes);
    piece.resize(held + static_cast<std::size_t>(in_.gcount()));
    const std::size_t end = piece.rfind('\n');
    if (in_ && end != std::string::npos) {
      rest_ = piece.substr(end + 1);
      piece.resize(end + 1);
    }
    return !piece.empty();
  }
  void skip_to(std::uint64_t offset) {
    rest_.clear();
    in_.seekg(static_cast<std::streamoff>(offset));
  }

 private:
  std::ifstream in_;
  std::string rest_;
};

std::string tail_of(const std::string& piece) {
  const std::string end = piece.size() > kTailBytes ? piece.substr(piece.size() - kTailBytes) : piece;
  return exo_harness::last_lines(end, kTailLines);
}

PackedLog pack(const exo_harness::journal::LogFile& log, const fs::path& run_folder, std::uint64_t& budget) {
  PackedLog packed;
  packed.file = log;
  std::error_code error;
  const fs::path path = run_folder / log.path;
  packed.found = stays_inside(log.path) && fs::is_regular_file(path, error);
  if (!packed.found) return packed;
  packed.bytes = fs::file_size(path, error);
  Pieces pieces(path);
  exo_harness::RedactingStream redacting;
  std::uint64_t read = 0;
  bool skipped = false;
  const auto add = [&](const std::string& clean) {
    if (clean.empty()) return;
    const std::string text = sanitized(clean, 4 * clean.size() + 1024);
    packed.tail = tail_of(packed.tail.empty() ? text : packed.tail + "\n" + text);
    packed.blocks.push_back(exo_harness::to_base64(deflate_raw(text)));
    budget -= std::min<std::uint64_t>(budget, packed.blocks.back().size());
  };
  for (std::string piece; pieces.next(piece);) {
    read += piece.size();
    add(redacting.feed(piece));
    const std::uint64_t left = packed.bytes > read ? packed.bytes - read : 0;
    const bool goes_on = budget > 0 && read < kMostOfALog;
    if (goes_on || skipped || left <= kEndBytes) continue;
    add(redacting.finish());
    packed.left_out = left - kEndBytes;
    packed.blocks.push_back(
        exo_harness::to_base64(deflate_raw(exo_harness::format("\n[... {} bytes left out ...]\n", packed.left_out))));
    pieces.skip_to(packed.bytes - kEndBytes);
    skipped = true;
  }
  add(redacting.finish());
  return packed;
}

}  // namespace

std::vector<PackedLog> pack_logs(const RunRecord& run, const fs::path& run_folder, std::uint64_t budget) {
  std::vector<PackedLog> logs;
  for (const auto& log : run.logs) logs.push_back(pack(log, run_folder, budget));
  return logs;
}

}  // namespace exo_reports

#include <algorithm>
#include <fstream>
#include <limits>

#include "exo_harness/cluster/started_cluster.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/process/bounded_log.h"

namespace exo_harness::cluster {
namespace fs = std::filesystem;
namespace {

// Of start.log, whose middle the supervisor may have given up; see process::BoundedLog.
constexpr std::uint64_t kHead = process::BoundedLog::kHead, kTail = process::BoundedLog::kTail;
constexpr std::size_t kPieceBytes = 1u << 20;

// A piece ends with a line, or with a word where lines are longer than a piece: a secret is not to be cut in two.
std::size_t end_of_piece(const std::string& text) {
  const std::size_t line = text.rfind('\n'), word = text.find_last_of(" \t\0", std::string::npos, 3);
  return line != std::string::npos ? line + 1 : word != std::string::npos ? word + 1 : text.size();
}

// Copies in pieces, so that a log of a gigabyte takes no memory, whether it has lines or not.
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
  bool ok() { return !in_.bad() && out_.flush().good(); }

 private:
  std::ifstream in_;
  std::ofstream out_;
};

bool copy_redacted(const fs::path& from, const fs::path& to) {
  RedactedCopy copy(from, to);
  copy.copy(std::numeric_limits<std::uint64_t>::max());
  return copy.ok();
}

bool copy_ends_redacted(const fs::path& from, const fs::path& to) {
  std::error_code error;
  const std::uint64_t size = fs::file_size(from, error);
  RedactedCopy copy(from, to);
  copy.copy(std::min(size, kHead));
  if (size > kHead + kTail) copy.leave_out(size - kHead - kTail);
  copy.copy(std::min(size, kTail));
  return !error && copy.ok();
}

bool redact_in_place(const fs::path& file, bool (*copy)(const fs::path& from, const fs::path& to)) {
  const fs::path clean = file.string() + ".redacted";
  std::error_code error;
  if (copy(file, clean)) {
    fs::rename(clean, file, error);
    return !error;
  }
  fs::remove(clean, error);
  return false;
}

void warn(journal::Journal& journal, const fs::path& file, const std::string& why) {
  journal.append(journal::Trouble{format("the log {} was not collected: {}", file.string(), why),
                                  "check log_files of the cluster spec", "environment", true});
}

void fetch(const ClusterSpec& spec, const fs::path& logs, journal::Journal& journal) {
  for (std::size_t i = 0; i < spec.log_files.size(); ++i) {
    const fs::path& from = spec.log_files[i];
    std::error_code error;
    if (!fs::is_regular_file(from, error)) {
      warn(journal, from, "it is not a file");
      continue;
    }
    const fs::path folder = logs / format("collected-{}", i + 1);
    fs::create_directories(folder, error);
    if (error || !copy_redacted(from, folder / from.filename())) warn(journal, from, "it cannot be copied");
  }
}

std::string node_of(const fs::path& relative) {
  return std::distance(relative.begin(), relative.end()) > 2 ? (++relative.begin())->string()
                                                             : relative.stem().string();
}

std::string kind_of(const fs::path& file) {
  return file.filename().string().starts_with("exo") ? "exo" : "stdout";
}

}  // namespace

void collect_logs(const ClusterSpec& spec, const fs::path& run_folder, journal::Journal& journal, LogState state) {
  const fs::path logs = run_folder / "logs";
  fetch(spec, logs, journal);
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator it(logs, error), end; !error && it != end; it.increment(error)) {
    if (it->is_regular_file(error)) files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    if (state == LogState::ended && !redact_in_place(file, copy_redacted))
      warn(journal, file, "secrets could not be taken out of it");
    const fs::path relative = fs::relative(file, run_folder, error);
    journal.append(journal::LogFile{node_of(relative), relative.generic_string(), kind_of(file)});
  }
  for (const char* name : {"start.log", "stop.log"}) {
    const fs::path file = run_folder / name;
    if (!fs::exists(file, error)) continue;
    if (state == LogState::ended && !redact_in_place(file, copy_ends_redacted)) {
      warn(journal, file, "secrets could not be taken out of it");
    }
    journal.append(journal::LogFile{"", name, "script"});
  }
}

}  // namespace exo_harness::cluster

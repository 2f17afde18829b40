#include "exo_harness/trial/node_logs.h"

#include <algorithm>
#include <fstream>

#include "exo_harness/core/text.h"
#include "exo_harness/process/log_follower.h"

namespace exo_harness::trial {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kMostBytes = 4u << 20;

std::string tail_from(const fs::path& file, std::uintmax_t from) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  if (error) return "";
  if (from > size) from = 0;
  from = std::max(from, size > kMostBytes ? size - kMostBytes : 0);
  std::ifstream in(file, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(from));
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

}  // namespace

LogMark::LogMark(const std::vector<fs::path>& logs) {
  std::error_code error;
  for (const fs::path& log : logs) {
    const std::uintmax_t size = fs::file_size(log, error);
    if (!error) ends_[log] = size;
  }
}

std::uintmax_t LogMark::end_of(const fs::path& log) const {
  const auto end = ends_.find(log);
  return end == ends_.end() ? 0 : end->second;
}

std::string LogMark::written_since(const std::vector<fs::path>& logs) const {
  std::string text;
  for (const fs::path& log : logs) {
    text += strip_ansi(tail_from(log, end_of(log)));
    text += '\n';
  }
  return text;
}

std::vector<fs::path> node_logs(const std::vector<fs::path>& log_files, const fs::path& folder) {
  std::vector<fs::path> logs = log_files;
  std::error_code error;
  for (auto it = fs::recursive_directory_iterator(folder, error); !error && it != fs::recursive_directory_iterator();
       it.increment(error)) {
    if (it->is_regular_file() && it->path().filename() == "exo.log") logs.push_back(it->path());
  }
  std::sort(logs.begin(), logs.end());
  return logs;
}

void for_each_record(const fs::path& log, const std::function<void(const exo::LogLine&)>& see) {
  process::LogFollower follower(log);  // A log of a night does not fit into memory.
  for (auto lines = follower.read_new(true); !lines.empty(); lines = follower.read_new(true)) {
    for (const process::FollowedLine& line : lines) {
      if (const auto record = exo::parse_log_line(line.text)) see(*record);
    }
  }
}

std::string node_of_log(const fs::path& log) {
  std::string id;
  for_each_record(log, [&](const exo::LogLine& record) {
    if (record.message.starts_with("Starting node ")) id = trim(record.message.substr(14));
  });
  return id;
}

diagnose::NodeLog scan_since(const LogMark& mark, const fs::path& log, const diagnose::SignatureBook& book) {
  return diagnose::scan_file(book, log, {.node = node_of_log(log), .source = log.filename().string()},
                             mark.end_of(log));
}

diagnose::NodeLog scan_last_words(const fs::path& log, const diagnose::SignatureBook& book) {
  constexpr std::uintmax_t kLastWords = 64u << 10;
  constexpr int kMostRecordsAfter = 2;
  std::error_code error;
  const std::uintmax_t size = fs::file_size(log, error);
  const std::string end = error ? "" : strip_ansi(tail_from(log, size - std::min(size, kLastWords)));
  std::string_view words;
  int records_after = 0;
  for (const std::string_view line : lines(end)) {
    const auto record = exo::parse_log_line(line);
    if (!record) continue;
    ++records_after;
    if (record->level != "CRITICAL") continue;
    words = std::string_view(end).substr(static_cast<std::size_t>(line.data() - end.data()));
    records_after = 0;
  }
  if (records_after > kMostRecordsAfter) words = {};
  diagnose::NodeLog said =
      diagnose::scan_text(book, words, {.node = node_of_log(log), .source = log.filename().string()});
  said.is_last_words = true;
  return said;
}

}  // namespace exo_harness::trial

#include "exo_harness/gtest/node_logs.h"

#include <algorithm>
#include <fstream>

#include "exo_harness/core/text.h"

#include "session.h"

namespace exo_harness::gtest {
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

std::vector<fs::path> node_log_files() {
  std::vector<fs::path> files;
  if (!session().file) return files;
  std::error_code error;
  if (!session().file->run_folder.empty()) {
    const fs::path logs = session().file->run_folder / "logs";
    for (fs::recursive_directory_iterator it(logs, error), end; !error && it != end; it.increment(error)) {
      // A node has a folder of its own; what lies beside them are the outputs of suites.
      if (it.depth() > 0 && it->is_regular_file(error)) files.push_back(it->path());
    }
  }
  for (const fs::path& file : session().file->spec.log_files) {
    if (fs::is_regular_file(file, error)) files.push_back(file);
  }
  std::sort(files.begin(), files.end());
  return files;
}

LogMark LogMark::now() {
  LogMark mark;
  std::error_code error;
  for (const fs::path& file : node_log_files()) {
    const std::uintmax_t size = fs::file_size(file, error);
    if (!error) mark.ends_[file] = size;
  }
  return mark;
}

std::string LogMark::written_since() const {
  std::string text;
  for (const fs::path& file : node_log_files()) {
    const auto end = ends_.find(file);
    text += strip_ansi(tail_from(file, end == ends_.end() ? 0 : end->second));
    text += '\n';
  }
  return text;
}

}  // namespace exo_harness::gtest

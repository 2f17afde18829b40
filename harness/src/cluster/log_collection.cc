#include <algorithm>
#include <fstream>

#include "exo_harness/cluster/started_cluster.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/journal/journal.h"

namespace exo_harness::cluster {
namespace fs = std::filesystem;
namespace {

// Copies line by line, so that a log of a gigabyte takes no memory.
bool copy_redacted(const fs::path& from, const fs::path& to) {
  std::ifstream in(from, std::ios::binary);
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  std::string line;
  while (std::getline(in, line)) {
    out << redact(line);
    if (!in.eof()) out << '\n';
  }
  return in.eof() && !in.bad() && out.good();
}

bool redact_in_place(const fs::path& file) {
  const fs::path clean = file.string() + ".redacted";
  std::error_code error;
  if (copy_redacted(file, clean)) {
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

void collect_logs(const ClusterSpec& spec, const fs::path& run_folder, journal::Journal& journal) {
  const fs::path logs = run_folder / "logs";
  fetch(spec, logs, journal);
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator it(logs, error), end; !error && it != end; it.increment(error)) {
    if (it->is_regular_file(error)) files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    if (!redact_in_place(file)) warn(journal, file, "secrets could not be taken out of it");
    const fs::path relative = fs::relative(file, run_folder, error);
    journal.append(journal::LogFile{node_of(relative), relative.generic_string(), kind_of(file)});
  }
  if (fs::exists(run_folder / "start.log", error)) journal.append(journal::LogFile{"", "start.log", "script"});
}

}  // namespace exo_harness::cluster

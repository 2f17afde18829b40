#include "recording.h"

#include <algorithm>
#include <cctype>

namespace exo_harness::exo {

namespace {

bool is_exchange(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  return file.extension() == ".json" && std::isdigit(static_cast<unsigned char>(name.front())) != 0;
}

}  // namespace

std::filesystem::path recordings_folder() {
  return std::filesystem::path(EXO_FIXTURES_DIR) / "recordings";
}

std::vector<Recording> load_recordings(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(recordings_folder() / folder)) {
    if (is_exchange(entry.path())) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Recording> all;
  for (const auto& file : files) all.push_back(read_recording(file));
  return all;
}

Recording find_recording(const std::string& folder, const std::string& number) {
  return read_recording(recordings_folder() / folder, number);
}

}  // namespace exo_harness::exo

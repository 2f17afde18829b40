#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace exo_harness::exo {

/// One exchange of fixtures/recordings, for tests.
struct Recording {
  std::string name;  ///< `v1.0.71/contract/31-single-chat-stream.json`.
  std::string method, path, request_body;
  bool answered = false;
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::string> chunks;  ///< The body as it came; one chunk when it was no stream.
  bool is_stream = false, is_trimmed = false;

  std::string body() const;
};

std::filesystem::path recordings_folder();
Recording load_recording(const std::filesystem::path& file);
/// All exchanges of a folder such as `v1.0.71/contract`, by number.
std::vector<Recording> load_recordings(const std::string& folder);
/// The exchange whose file name begins with `number` and a dash.
Recording find_recording(const std::string& folder, const std::string& number);

}  // namespace exo_harness::exo

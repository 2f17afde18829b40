#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/http/client.h"

namespace exo_harness::exo {

/// One exchange with a real Exo, as it was recorded. Format: fixtures/recordings/README.md.
struct Recording {
  std::string name;  ///< `v1.0.71/contract/31-single-chat-stream.json`.
  std::string method, path, request_body;
  http::Headers request_headers;  ///< Those that were sent for a purpose (`Origin`), seldom any.
  bool answered = false;          ///< Else no answer came within 30 s.
  int status = 0;
  http::Headers headers;
  std::vector<std::string> chunks;  ///< The body as it came; one chunk when it was no stream.
  bool is_stream = false, is_trimmed = false;

  std::string body() const;
};

/// Reads one file. Fails: HarnessError when it is not there or not a recording.
Recording read_recording(const std::filesystem::path& file);

/// The exchange of a folder such as `v1.0.71/contract` whose file name begins with `number` and a dash.
/// Fails: HarnessError when there is none.
Recording read_recording(const std::filesystem::path& folder, std::string_view number);

}  // namespace exo_harness::exo

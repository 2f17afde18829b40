#include "recording.h"

#include <algorithm>
#include <cctype>

#include <nlohmann/json.hpp>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"

namespace exo_harness::exo {

namespace {

using Json = nlohmann::ordered_json;

/// Python's compact json.dumps without ASCII escapes: what Exo's server sends.
std::string wire_text(const Json& body) {
  return body.is_string() && body == "" ? "" : body.dump();
}

void read_response(const Json& response, Recording& recording) {
  recording.answered = true;
  recording.status = response["status"];
  for (const Json& header : response["headers"]) recording.headers.emplace_back(header[0], header[1]);
  recording.is_stream = response.contains("chunks");
  if (!recording.is_stream) {
    recording.chunks.push_back(wire_text(response["body"]));
  } else {
    for (const Json& chunk : response["chunks"]) recording.chunks.push_back(chunk["text"]);
  }
}

bool is_exchange(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  return file.extension() == ".json" && std::isdigit(static_cast<unsigned char>(name.front())) != 0;
}

}  // namespace

std::string Recording::body() const {
  std::string all;
  for (const std::string& chunk : chunks) all += chunk;
  return all;
}

std::filesystem::path recordings_folder() {
  return std::filesystem::path(EXO_FIXTURES_DIR) / "recordings";
}

Recording load_recording(const std::filesystem::path& file) {
  const Json json = Json::parse(read_file(file));
  Recording recording;
  recording.name = std::filesystem::relative(file, recordings_folder()).string();
  recording.method = json["request"]["method"];
  recording.path = json["request"]["path"];
  const Json& body = json["request"]["body"];
  if (!body.is_null()) recording.request_body = body.is_string() ? body.get<std::string>() : body.dump();
  recording.is_trimmed = json.contains("trimmed");
  if (!json["response"].is_null()) read_response(json["response"], recording);
  return recording;
}

std::vector<Recording> load_recordings(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(recordings_folder() / folder)) {
    if (is_exchange(entry.path())) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Recording> all;
  for (const auto& file : files) all.push_back(load_recording(file));
  return all;
}

Recording find_recording(const std::string& folder, const std::string& number) {
  for (const auto& entry : std::filesystem::directory_iterator(recordings_folder() / folder)) {
    if (is_exchange(entry.path()) && entry.path().filename().string().rfind(number + "-", 0) == 0) {
      return load_recording(entry.path());
    }
  }
  throw HarnessError("no recording " + number + " in " + folder, "look into fixtures/recordings");
}

}  // namespace exo_harness::exo

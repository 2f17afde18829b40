#include <nlohmann/json.hpp>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/exo/recording.h"

namespace exo_harness::exo {

namespace {

namespace fs = std::filesystem;
using OrderedJson = nlohmann::ordered_json;

std::string header_of(const http::Headers& headers, std::string_view name) {
  http::Reply reply;
  reply.headers = headers;
  return std::string(reply.header(name));
}

/// Python's compact json.dumps without ASCII escapes: what Exo's server sends. A text that is no JSON stays as it is.
std::string wire_text(const OrderedJson& body, const http::Headers& headers) {
  if (body.is_null()) return header_of(headers, "content-type") == "application/json" ? "null" : "";
  const bool is_text = body.is_string() && (body.get_ref<const std::string&>().empty() ||
                                            header_of(headers, "content-type") != "application/json");
  return is_text ? body.get<std::string>() : body.dump();
}

http::Headers read_headers(const OrderedJson& list) {
  http::Headers headers;
  for (const OrderedJson& header : list) headers.emplace_back(header.at(0), header.at(1));
  return headers;
}

void read_response(const OrderedJson& response, Recording& recording) {
  recording.answered = true;
  recording.status = response.at("status");
  recording.headers = read_headers(response.at("headers"));
  recording.is_stream = response.contains("chunks");
  if (!recording.is_stream) {
    recording.chunks.push_back(wire_text(response.at("body"), recording.headers));
  } else {
    for (const OrderedJson& chunk : response["chunks"]) recording.chunks.push_back(chunk.at("text"));
  }
}

Recording parse(const OrderedJson& json) {
  Recording recording;
  const OrderedJson& request = json.at("request");
  recording.method = request.at("method");
  recording.path = request.at("path");
  const OrderedJson& body = request.at("body");
  if (!body.is_null()) recording.request_body = body.is_string() ? body.get<std::string>() : body.dump();
  if (request.contains("headers")) recording.request_headers = read_headers(request["headers"]);
  recording.is_trimmed = json.contains("trimmed");
  if (!json.at("response").is_null()) read_response(json["response"], recording);
  return recording;
}

}  // namespace

std::string Recording::body() const {
  std::string all;
  for (const std::string& chunk : chunks) all += chunk;
  return all;
}

Recording read_recording(const fs::path& file) {
  try {
    Recording recording = parse(OrderedJson::parse(read_file(file)));
    const fs::path part = file.parent_path(), generation = part.parent_path();
    recording.name = (generation.filename() / part.filename() / file.filename()).string();
    return recording;
  } catch (const OrderedJson::exception& error) {
    throw HarnessError(format("{}: not a recording: {}", file.string(), error.what()),
                       "compare it with fixtures/recordings/README.md");
  }
}

Recording read_recording(const fs::path& folder, std::string_view number) {
  const std::string begin = std::string(number) + "-";
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    if (entry.path().filename().string().rfind(begin, 0) == 0) return read_recording(entry.path());
  }
  throw HarnessError(format("no recording {} in {}", number, folder.string()), "look into fixtures/recordings");
}

}  // namespace exo_harness::exo

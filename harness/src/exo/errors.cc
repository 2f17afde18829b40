#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "json_reader.h"
#include "parse.h"

namespace exo_harness::exo {

namespace {

constexpr std::size_t kLongestText = 1000;

std::string location(const Json& detail) {
  std::string path;
  if (!detail.contains("loc") || !detail["loc"].is_array()) return path;
  for (const Json& part : detail["loc"]) {
    path += path.empty() ? "" : ".";
    path += part.is_string() ? part.get<std::string>() : part.dump();
  }
  return path;
}

/// FastAPI's list of what is wrong with a request: `body.messages: Field required`.
std::string detail_list(const Json& details) {
  std::vector<std::string> texts;
  for (const Json& detail : details) {
    if (!detail.is_object() || !detail.contains("msg") || !detail["msg"].is_string()) return "";
    const std::string where = location(detail);
    texts.push_back((where.empty() ? "" : where + ": ") + detail["msg"].get<std::string>());
  }
  return join(texts, "; ");
}

std::string from_json(const Json& json) {
  if (!json.is_object()) return "";
  if (json.contains("detail") && json["detail"].is_array()) return detail_list(json["detail"]);
  if (json.contains("error")) {
    const Json& error = json["error"];
    if (error.is_object() && error.contains("message") && error["message"].is_string()) return error["message"];
    if (error.is_string()) return error;
  }
  if (json.contains("detail") && json["detail"].is_string()) return json["detail"];
  return "";
}

}  // namespace

std::string error_text(std::string_view body) {
  if (trim(body).empty()) return "empty answer";
  const Outcome<Json> json = parse_json(body, "");
  std::string text = json ? from_json(*json) : "";
  if (text.empty()) text = trim(body);
  return shorten(printable(text), kLongestText);
}

}  // namespace exo_harness::exo

#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "json/json.h"
#include "world/options.h"

namespace exo_harness::fake {

/// An answer as it came over the wire.
struct WireAnswer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< Order and case as sent.
  std::string body;                                          ///< Chunks joined.
  bool complete = false;                                     ///< Ended as HTTP says, not by a closed connection.

  std::string header(const std::string& name) const {
    for (const auto& [key, value] : headers)
      if (key == name) return value;
    return "";
  }
  Json json() const { return Json::parse(body, nullptr, false); }
};

/// One request on a connection of its own. `until`: called with the body so far, closes the connection when it says
/// true.
WireAnswer wire_request(const Address& to, const std::string& method, const std::string& target,
                        const std::string& body = "", const std::function<bool(const std::string&)>& until = nullptr,
                        std::chrono::seconds limit = std::chrono::seconds(30),
                        const std::vector<std::pair<std::string, std::string>>& more_headers = {});

/// The frames of an event stream, without the blank lines; or lines.
std::vector<std::string> frames_of(const std::string& body, bool is_lines = false);

}  // namespace exo_harness::fake

#include "replay.h"

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::exo {

namespace {

std::string head_of(const Recording& r) {
  std::string head = format("HTTP/1.1 {} \r\n", r.status);
  bool is_chunked = false;
  for (const auto& [name, value] : r.headers) {
    const std::string lower = to_lower(name);
    is_chunked = is_chunked || lower == "transfer-encoding";
    // Of a trimmed body the recorded length is that of the whole one.
    head += name + ": " + (lower == "content-length" ? std::to_string(r.body().size()) : value) + "\r\n";
  }
  if (!is_chunked && r.status != 200 && !contains(to_lower(head), "content-length")) head += "Content-Length: 0\r\n";
  return head + "\r\n";
}

bool is_chunked(const Recording& r) {
  for (const auto& [name, value] : r.headers) {
    if (to_lower(name) == "transfer-encoding") return true;
  }
  return false;
}

}  // namespace

void replay(http::Connection& connection, const Recording& recording) {
  connection.send(head_of(recording));
  const bool chunked = is_chunked(recording);
  for (const std::string& chunk : recording.chunks) {
    if (chunked && !chunk.empty()) connection.chunk(chunk);
    if (!chunked) connection.send(chunk);
  }
  if (chunked) connection.last_chunk();
}

http::ScriptedServer::Handler replay_folder(const std::string& folder) {
  return [recordings = load_recordings(folder)](http::Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      const Recording* best = nullptr;
      for (const Recording& r : recordings) {
        if (!r.answered || request.rfind(r.method + " " + r.path + " ", 0) != 0) continue;
        if (best == nullptr || contains(request, "\r\n\r\n" + r.request_body)) best = &r;
      }
      if (best == nullptr) return;
      replay(connection, *best);
    }
  };
}

}  // namespace exo_harness::exo

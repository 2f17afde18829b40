#include "exo_harness/http/sse.h"

#include <algorithm>

#include "exo_harness/core/format.h"

namespace exo_harness::http {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Failure too_long(std::string_view what, std::size_t limit) {
  return {FailureKind::malformed, format("the event stream has {} longer than {} bytes", what, limit), ""};
}

}  // namespace

Outcome<std::vector<SseEvent>> SseParser::feed(std::string_view bytes, std::int64_t at_ns) {
  std::vector<SseEvent> events;
  std::size_t at = 0,
              line_feed = bytes.find('\n');  // Looked for once a line: each byte is seen twice, whatever ends lines.
  while (at < bytes.size()) {
    if (after_cr_ && bytes[at] == '\n') ++at;
    after_cr_ = false;
    if (line_feed != bytes.npos && line_feed < at) line_feed = bytes.find('\n', at);
    const std::string_view rest = bytes.substr(at);
    const std::size_t end =
        std::min(rest.substr(0, line_feed - at).find('\r'), line_feed == bytes.npos ? line_feed : line_feed - at);
    const std::string_view piece = rest.substr(0, end);
    const bool is_whole = line_.empty() && end != rest.npos;  // Most are: no copy.
    if (!is_whole) line_.append(piece);
    if (line_.size() + (is_whole ? piece.size() : 0) > kMaxLineBytes) return too_long("a line", kMaxLineBytes);
    if (end == rest.npos) break;
    after_cr_ = rest[end] == '\r';
    at += end + 1;
    end_line(is_whole ? piece : std::string_view(line_), at_ns, events);
    line_.clear();
    if (data_.size() > kMaxEventBytes) return too_long("an event", kMaxEventBytes);
  }
  return events;
}

bool SseParser::unfinished() const {
  return !line_.empty() || has_field_;
}

void SseParser::end_line(std::string_view line, std::int64_t at_ns, std::vector<SseEvent>& events) {
  if (first_line_ && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  first_line_ = false;
  if (line.empty()) return dispatch(at_ns, events);
  const std::size_t colon = line.find(':');
  std::string_view value = colon == line.npos ? std::string_view() : line.substr(colon + 1);
  if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  if (colon == 0) {
    events.push_back({SseEvent::Kind::comment, "", std::string(value), last_id_, at_ns});
  } else {
    field(line.substr(0, colon), value);
  }
}

void SseParser::field(std::string_view name, std::string_view value) {
  has_field_ = true;
  if (name == "data") {
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
  } else if (name == "event") {
    event_ = value;
  } else if (name == "id" && value.find('\0') == value.npos) {
    last_id_ = value;
  }
}

void SseParser::dispatch(std::int64_t at_ns, std::vector<SseEvent>& events) {
  if (has_data_) events.push_back({SseEvent::Kind::message, std::move(event_), std::move(data_), last_id_, at_ns});
  data_.clear();
  event_.clear();
  has_data_ = has_field_ = false;
}

}  // namespace exo_harness::http

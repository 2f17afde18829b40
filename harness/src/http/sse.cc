#include "exo_harness/http/sse.h"

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
  while (!bytes.empty()) {
    if (after_cr_ && bytes.front() == '\n') bytes.remove_prefix(1);
    after_cr_ = false;
    const std::size_t end = bytes.find_first_of("\r\n");
    line_.append(bytes.substr(0, end));
    if (line_.size() > kMaxLineBytes) return too_long("a line", kMaxLineBytes);
    if (end == bytes.npos) break;
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    end_line(at_ns, events);
    if (data_.size() > kMaxEventBytes) return too_long("an event", kMaxEventBytes);
  }
  return events;
}

bool SseParser::unfinished() const {
  return !line_.empty() || has_field_;
}

void SseParser::end_line(std::int64_t at_ns, std::vector<SseEvent>& events) {
  std::string line;
  line.swap(line_);
  if (first_line_ && line.compare(0, kByteOrderMark.size(), kByteOrderMark) == 0) line.erase(0, kByteOrderMark.size());
  first_line_ = false;
  if (line.empty()) return dispatch(at_ns, events);
  const std::size_t colon = line.find(':');
  const std::string_view all = line;
  std::string_view value = colon == line.npos ? std::string_view() : all.substr(colon + 1);
  if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  if (colon == 0) {
    events.push_back({SseEvent::Kind::comment, "", std::string(value), last_id_, at_ns});
  } else {
    field(all.substr(0, colon), value);
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

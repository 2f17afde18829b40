#include "event_log.h"

namespace exo_harness::fake {
namespace {

constexpr std::size_t kLimit = 6u << 20;

bool is_forgettable(const Json& event) {
  const std::string tag = tag_of(event);
  if (tag == "ChunkGenerated") return true;
  return tag == "NodeGatheredInfo" && body_of(event)["info"].contains("ram_total");
}

}  // namespace

void EventLog::add(std::int64_t index, const Json& event, std::string text) {
  entries_.push_back({index, is_forgettable(event), std::move(text)});
  bytes_ += entries_.back().text.size() + sizeof(Entry);
  if (bytes_ > kLimit) forget();
}

void EventLog::clear() {
  entries_.clear();
  bytes_ = 0;
}

void EventLog::forget() {
  const std::int64_t newest = entries_.empty() ? 0 : entries_.back().index;
  const std::int64_t keep_from = newest - 500;
  std::erase_if(entries_, [&](const Entry& entry) {
    const bool drop = entry.forgettable && entry.index < keep_from;
    if (drop) bytes_ -= entry.text.size() + sizeof(Entry);
    return drop;
  });
}

std::string EventLog::to_text() const {
  std::string out = "[";
  for (const Entry& entry : entries_) {
    if (out.size() > 1) out += ',';
    out += entry.text;
  }
  return out + "]";
}

std::string wire_line(const EventLog::Entry& entry) {
  return "E" + std::to_string(entry.index) + " " + entry.text + "\n";
}

}  // namespace exo_harness::fake

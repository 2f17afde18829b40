#include "world/event_log.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace exo_harness::fake {
namespace {

bool is_forgettable(std::string_view event) {
  if (event.starts_with(R"({"ChunkGenerated")")) return true;
  return event.starts_with(R"({"NodeGatheredInfo")") && event.find(R"("info":{"ram_total")") != std::string_view::npos;
}

}  // namespace

void EventLog::add(std::int64_t index, std::string event) {
  const bool forgettable = is_forgettable(event);
  add({index, forgettable, std::move(event)});
}

/// What cannot be forgotten may be more than the limit: it is not looked through again until there is a good deal more.
void EventLog::add(Entry entry) {
  bytes_ += entry.text.size() + sizeof(Entry);
  entries_.push_back(std::move(entry));
  if (bytes_ <= forget_at_) return;
  forget();
  forget_at_ = std::max(kLimit, bytes_ + kLimit / 4);
}

void EventLog::clear() {
  entries_.clear();
  bytes_ = 0;
  forget_at_ = kLimit;
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

// A reader counts: the place of an event in the list is its index, so what was forgotten leaves its place.
std::string EventLog::to_text() const {
  constexpr std::string_view kForgotten = R"({"TestEvent":{}})";
  std::string out = "[";
  std::int64_t next = 0;
  const auto write = [&](std::string_view text) {
    if (out.size() > 1) out += ',';
    out += text;
    ++next;
  };
  for (const Entry& entry : entries_) {
    while (next < entry.index) write(kForgotten);
    write(entry.text);
  }
  return out + "]";
}

std::string wire_line(const EventLog::Entry& entry) {
  return "E" + std::to_string(entry.index) + " " + entry.text + "\n";
}

}  // namespace exo_harness::fake

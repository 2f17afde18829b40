#pragma once

#include <cstdint>
#include <deque>
#include <string>

namespace exo_harness::fake {

/// The events of this master session as text, in order. Tokens and repeated memory readings are forgotten when the log
/// grows over a few megabytes: they change nothing for a node that replays it. The list of `/events` keeps their
/// places.
class EventLog {
 public:
  struct Entry {
    std::int64_t index = 0;
    bool forgettable = false;
    std::string text;  ///< The tagged event, snake_case.
  };

  /// `event`: its text, as text_of writes it.
  void add(std::int64_t index, std::string event);
  void clear();
  const std::deque<Entry>& entries() const { return entries_; }

  /// The answer of `/events`.
  std::string to_text() const;

 private:
  static constexpr std::size_t kLimit = 6u << 20;

  void add(Entry entry);
  void forget();

  std::deque<Entry> entries_;
  std::size_t bytes_ = 0, forget_at_ = kLimit;
};

/// `E`, the index, a space and the event: a line on the wire from a master to its followers.
std::string wire_line(const EventLog::Entry& entry);

}  // namespace exo_harness::fake

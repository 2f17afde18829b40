#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/outcome.h"

namespace exo_harness::http {

/// One thing that a server-sent-event stream said. Comments are kept: Exo sends its keep-alives, prefill progress and
/// statistics as comments.
struct SseEvent {
  enum class Kind { message, comment };
  Kind kind = Kind::message;
  std::string event;  ///< Type of a message; empty: `message`.
  std::string data;   ///< Data of a message (lines joined by LF), or the comment's text after `:` and one space.
  std::string id;
  std::int64_t at_ns = 0;  ///< Arrival of the byte that ended it.
};

/// Splits a server-sent-event stream into events.
///
/// Input: bytes in any chunking. Result: the events that these bytes completed, in the order of the wire.
/// Fails: `malformed` when a line grows past 1 MiB or an event past 8 MiB; the parser must then be thrown away.
/// `unfinished` tells at the end of a stream whether something was cut off. Threads: one at a time.
/// Source: WHATWG HTML, "Server-sent events", parsing and interpreting an event stream.
class SseParser {
 public:
  static constexpr std::size_t kMaxLineBytes = 1u << 20;
  static constexpr std::size_t kMaxEventBytes = 8u << 20;

  Outcome<std::vector<SseEvent>> feed(std::string_view bytes, std::int64_t at_ns = 0);
  bool unfinished() const;

 private:
  void end_line(std::string_view line, std::int64_t at_ns, std::vector<SseEvent>& events);
  void field(std::string_view name, std::string_view value);
  void dispatch(std::int64_t at_ns, std::vector<SseEvent>& events);

  std::string line_, data_, event_, last_id_;
  bool has_data_ = false, has_field_ = false;
  bool after_cr_ = false;
  bool first_line_ = true;  // May begin with a byte order mark.
};

}  // namespace exo_harness::http

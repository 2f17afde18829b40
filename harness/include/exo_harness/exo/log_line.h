#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace exo_harness::exo {

/// One record of an Exo log; later lines without a header belong to the record before (contract 14).
struct LogLine {
  std::string time;   ///< As written: `2026-11-23 04:41:04.963` or `04:59:13.1258AM`.
  std::string level;  ///< `INFO`, `WARNING` …
  std::string place;  ///< `module:function:line`; empty in the short form.
  std::string message;
};

/// The header of a record, in the long or the short form, colours removed; nothing for a continuation line.
std::optional<LogLine> parse_log_line(std::string_view line);

}  // namespace exo_harness::exo

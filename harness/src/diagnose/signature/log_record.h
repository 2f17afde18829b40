#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exo_harness/diagnose/signature/signature.h"

namespace exo_harness::diagnose {

/// The record of a log that a line belongs to: its header, and whether a traceback follows.
struct LogRecord {
  std::uint64_t line = 0;  ///< Of the header; 0: none was seen.
  std::string time, level;
  bool traceback = false;
  bool user_text = false;  ///< Holds what a user wrote: a request or a rendered prompt.
  bool quiet = false;      ///< INFO or lower, and not the output of a runner.
};

/// Takes over the header in `line`, if there is one. Returns whether there was.
bool begin_record(std::string_view line, std::uint64_t number, LogRecord& record);

/// Whether a signature found in a line of this record is to be believed. `is_header`: the line is the header itself.
bool is_believable(const LogRecord& record, const Signature& signature, bool is_header);

}  // namespace exo_harness::diagnose

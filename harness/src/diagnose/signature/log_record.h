#pragma once

#include <cstdint>
#include <optional>
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

/// What a runner says of itself in a node's log, and the phase that this leads to: `runner ready` to `generate`.
struct RunnerStep {
  std::string_view words;
  Phase phase;
};
inline constexpr RunnerStep kRunnerSteps[] = {{"runner created", Phase::connect}, {"runner connecting", Phase::connect},
                                              {"runner connected", Phase::load},  {"runner loading", Phase::load},
                                              {"runner loaded", Phase::warm_up},  {"runner warming up", Phase::warm_up},
                                              {"runner ready", Phase::generate},  {"runner running", Phase::generate}};

/// The phase that a line of a log begins; nullopt: none.
std::optional<Phase> phase_begun(std::string_view line);

}  // namespace exo_harness::diagnose

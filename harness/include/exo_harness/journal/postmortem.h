#pragma once

#include <filesystem>
#include <string>

#include "exo_harness/journal/records.h"

namespace exo_harness::journal {

/// Ends a line that the dead left half written, so that it spoils no other. Result: whether records can follow; false
/// where there is no journal, or it cannot be written.
bool end_last_line(const std::filesystem::path& journal);

/// Appends one record to the journal of a run that can no longer write for itself, as `writer`, after
/// `end_last_line`. Threads: any.
/// Result: whether it is there; false where there is no journal, or it cannot be written.
bool append_postmortem(const std::filesystem::path& journal, const std::string& writer, const Body& body);

}  // namespace exo_harness::journal

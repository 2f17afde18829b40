#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exo_harness/journal/records.h"

namespace exo_harness::journal {

/// Appends the line of a record to `line`, with the newline.
void write_line(std::string& line, std::string_view writer, std::int64_t sequence, std::int64_t t_ns,
                std::string_view utc, const Body& body);

}  // namespace exo_harness::journal

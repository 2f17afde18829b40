#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace exo_harness::http {

// Server-sent events in pieces, for tests.

/// Each event as `kind|type|data|id`.
using Events = std::vector<std::string>;

/// The events of a stream that comes in those pieces. `unfinished` gets whether it was cut off within an event.
Events parse(const std::vector<std::string_view>& pieces, bool* unfinished = nullptr);
Events parse(std::string_view whole);

/// Expects the events of the whole from the stream cut in two, at each byte whose number `step` divides.
void expect_same_for_cuts_in_two(std::string_view all, std::size_t step);

/// Expects the events of the whole from the stream in pieces of one byte, and nine times of any length up to 200.
void expect_same_for_many_cuts(std::string_view all);

}  // namespace exo_harness::http

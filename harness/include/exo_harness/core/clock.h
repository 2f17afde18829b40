#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace exo_harness {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Nanoseconds of the machine's monotonic clock. Comparable between processes of one machine and one boot.
std::int64_t monotonic_ns();

/// The system clock as `2026-11-25T03:30:00.123Z`.
std::string utc_now();

/// The day of the system clock, UTC, as `2026-11-25`.
std::string utc_today();

/// The system clock as `20261125T033000Z`, for names of files.
std::string utc_now_compact();

}  // namespace exo_harness

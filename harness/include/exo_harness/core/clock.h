#pragma once

#include <chrono>
#include <cstdint>
#ifdef __APPLE__
#include <ctime>
#endif
#include <string>

namespace exo_harness {

using std::chrono::milliseconds;

#ifdef __APPLE__
/// The clock of all deadlines: it never goes back, and it stands still while the machine sleeps. steady_clock of libc++
/// on macOS does not: after a lid was closed for a minute every deadline would be over. Source: clock_gettime(3).
struct Clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Clock>;
  static constexpr bool is_steady = true;

  static time_point now() noexcept { return time_point(duration(::clock_gettime_nsec_np(CLOCK_UPTIME_RAW))); }
};
#else
using Clock = std::chrono::steady_clock;  // Linux stops it in sleep.
#endif

/// Nanoseconds of the machine's monotonic clock. Comparable between processes of one machine and one boot.
std::int64_t monotonic_ns();

/// The system clock as `2026-11-25T03:30:00.123Z`.
std::string utc_now();

/// The day of the system clock, UTC, as `2026-11-25`.
std::string utc_today();

/// The system clock as `20261125T033000Z`, for names of files.
std::string utc_now_compact();

}  // namespace exo_harness

#include "exo_harness/core/clock.h"

#include <ctime>

#include "exo_harness/core/format.h"

namespace exo_harness {
namespace {

std::tm utc_parts(std::time_t seconds) {
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

}  // namespace

std::int64_t monotonic_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}

std::string utc_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<milliseconds>(now).count();
  const std::tm t = utc_parts(static_cast<std::time_t>(ms / 1000));
  return format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                t.tm_min, t.tm_sec, ms % 1000);
}

std::string utc_today() {
  return utc_now().substr(0, 10);
}

std::string utc_now_compact() {
  const std::tm t = utc_parts(std::time(nullptr));
  return format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min,
                t.tm_sec);
}

}  // namespace exo_harness

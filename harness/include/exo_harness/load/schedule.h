#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exo_harness/core/clock.h"

namespace exo_harness::load {

/// When requests go out.
struct Schedule {
  enum class Kind {
    closed,   ///< So many at a time: the next when one ended. Says what users who wait for each other get.
    fixed,    ///< So many a second, whatever comes of them.
    poisson,  ///< The same on average, at random times: what users get who do not know of each other.
  };
  Kind kind = Kind::closed;
  int concurrency = 1;       ///< Of a closed loop.
  double rate = 1;           ///< Requests a second, of an open one.
  int requests = 16;         ///< How many at most; 0: as many as `duration` has time for.
  milliseconds duration{0};  ///< None is sent later than that; 0: no limit.
  std::uint64_t seed = 42;   ///< Of random times.
};

/// When each request of an open loop is due, in nanoseconds from its begin: fixed before it begins, so that a server
/// that is late makes none of them late. The same seed gives the same times on every platform. At most 1,000,000.
std::vector<std::int64_t> arrivals_ns(const Schedule& schedule);

/// `closed loop, 8 at a time`, `open loop, Poisson, 2.5 a second, seed 42`.
std::string to_string(const Schedule& schedule);

}  // namespace exo_harness::load

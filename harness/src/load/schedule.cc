#include "exo_harness/load/schedule.h"

#include <cmath>
#include <random>

#include "exo_harness/core/format.h"

namespace exo_harness::load {

namespace {

constexpr std::size_t kMostArrivals = 1'000'000;
constexpr double kNsPerSecond = 1e9;

/// In [0, 1), the same on every platform, as std::exponential_distribution is not.
double fraction(std::mt19937_64& random) {
  return static_cast<double>(random() >> 11) * 0x1.0p-53;
}

}  // namespace

std::vector<std::int64_t> arrivals_ns(const Schedule& s) {
  std::vector<std::int64_t> due;
  if (s.kind == Schedule::Kind::closed || s.rate <= 0) return due;
  std::mt19937_64 random(s.seed);
  const double mean_ns = kNsPerSecond / s.rate;
  const double end_ns = s.duration.count() > 0 ? static_cast<double>(s.duration.count()) * 1e6 : INFINITY;
  const std::size_t most = s.requests > 0 ? static_cast<std::size_t>(s.requests) : kMostArrivals;
  double at_ns = s.kind == Schedule::Kind::poisson ? -mean_ns * std::log1p(-fraction(random)) : 0;
  while (at_ns < end_ns && due.size() < most) {
    due.push_back(static_cast<std::int64_t>(at_ns));
    at_ns = s.kind == Schedule::Kind::poisson ? at_ns - mean_ns * std::log1p(-fraction(random))
                                              : mean_ns * static_cast<double>(due.size());
  }
  return due;
}

std::string to_string(const Schedule& s) {
  if (s.kind == Schedule::Kind::closed) return format("closed loop, {} at a time", s.concurrency);
  const char* name = s.kind == Schedule::Kind::poisson ? "Poisson" : "fixed rate";
  const std::string seed = s.kind == Schedule::Kind::poisson ? format(", seed {}", s.seed) : "";
  return format("open loop, {}, {:g} a second{}", name, s.rate, seed);
}

}  // namespace exo_harness::load

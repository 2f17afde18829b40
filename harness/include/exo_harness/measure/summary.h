#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace exo_harness::measure {

/// Fewer samples than these have no such percentile: it would be their largest.
inline constexpr std::size_t kSamplesForP99 = 100, kSamplesForP999 = 1000;

/// The nearest-rank percentile: the smallest sample that at least `percent` of all samples do not exceed.
/// `percent` in (0, 100]; nothing when there are no samples.
std::optional<double> percentile(std::vector<double> samples, double percent);

/// What a set of samples says, in their own unit. Percentiles are of the raw samples, by nearest rank.
struct Summary {
  std::size_t count = 0;
  double min = 0, mean = 0, p50 = 0, p90 = 0, max = 0;
  std::optional<double> p99;   ///< From 100 samples on.
  std::optional<double> p999;  ///< From 1000 samples on.
  double deviation = 0;        ///< Of the sample (n-1); 0 below two samples.
};

Summary summarise(std::vector<double> samples);

/// `n=12 p50=3.10 p90=4.00 max=5.20 ms`; `none` when there are no samples.
std::string to_string(const Summary& summary, const std::string& unit);
void PrintTo(const Summary& summary, std::ostream* os);

}  // namespace exo_harness::measure

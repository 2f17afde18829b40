#include "exo_harness/measure/summary.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <ostream>

#include "exo_harness/core/format.h"

namespace exo_harness::measure {

namespace {

/// `sorted` must not be empty.
double nearest_rank(const std::vector<double>& sorted, double percent) {
  // A hair below, so that 90 % of 10 samples is the ninth in spite of binary fractions.
  const double rank = std::ceil(percent / 100 * static_cast<double>(sorted.size()) - 1e-9);
  const auto index = static_cast<std::size_t>(std::clamp(rank, 1.0, static_cast<double>(sorted.size()))) - 1;
  return sorted[index];
}

double deviation(const std::vector<double>& samples, double mean) {
  if (samples.size() < 2) return 0;
  double squares = 0;
  for (const double x : samples) squares += (x - mean) * (x - mean);
  return std::sqrt(squares / static_cast<double>(samples.size() - 1));
}

}  // namespace

std::optional<double> percentile(std::vector<double> samples, double percent) {
  if (samples.empty()) return std::nullopt;
  std::sort(samples.begin(), samples.end());
  return nearest_rank(samples, percent);
}

Summary summarise(std::vector<double> samples) {
  Summary s;
  s.count = samples.size();
  if (samples.empty()) return s;
  std::sort(samples.begin(), samples.end());
  s.min = samples.front();
  s.max = samples.back();
  s.mean = std::accumulate(samples.begin(), samples.end(), 0.0) / static_cast<double>(samples.size());
  s.p50 = nearest_rank(samples, 50);
  s.p90 = nearest_rank(samples, 90);
  if (s.count >= kSamplesForP99) s.p99 = nearest_rank(samples, 99);
  if (s.count >= kSamplesForP999) s.p999 = nearest_rank(samples, 99.9);
  s.deviation = deviation(samples, s.mean);
  return s;
}

std::string to_string(const Summary& s, const std::string& unit) {
  if (s.count == 0) return "none";
  const std::string p99 = s.p99 ? format(" p99={:.2f}", *s.p99) : "";
  return format("n={} p50={:.2f} p90={:.2f}{} max={:.2f} {}", s.count, s.p50, s.p90, p99, s.max, unit);
}

void PrintTo(const Summary& summary, std::ostream* os) {
  *os << to_string(summary, "");
}

}  // namespace exo_harness::measure

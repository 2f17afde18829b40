#include "exo_harness/measure/change_points.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "exo_harness/measure/exact_tests.h"

namespace exo_harness::measure {
namespace {

constexpr std::size_t kMaxValues = 4000;
using Values = std::vector<double>;

Values part(const Values& series, std::size_t begin, std::size_t end) {
  return {series.begin() + static_cast<std::ptrdiff_t>(begin), series.begin() + static_cast<std::ptrdiff_t>(end)};
}

double mean(const Values& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The split of [begin, end) with the largest energy between both sides; `end` when there is none.
std::size_t best_split(const Values& series, std::size_t begin, std::size_t end) {
  // Sums of distances, kept while values move from the right side to the left: within left, within right, between.
  double left = 0, right = 0, between = 0, best = 0;
  for (std::size_t i = begin; i < end; ++i) {
    for (std::size_t j = i + 1; j < end; ++j) right += std::abs(series[i] - series[j]);
  }
  std::size_t at = end;
  for (std::size_t split = begin + 1; split < end; ++split) {
    double to_left = 0, to_right = 0;
    for (std::size_t i = begin; i + 1 < split; ++i) to_left += std::abs(series[i] - series[split - 1]);
    for (std::size_t i = split; i < end; ++i) to_right += std::abs(series[i] - series[split - 1]);
    left += to_left;
    right -= to_right;
    between += to_right - to_left;
    const double n = static_cast<double>(split - begin), m = static_cast<double>(end - split);
    if (n < 2 || m < 2) continue;
    const double energy =
        n * m / (n + m) * (2 * between / (n * m) - 2 * left / (n * (n - 1)) - 2 * right / (m * (m - 1)));
    if (energy > best) {
      best = energy;
      at = split;
    }
  }
  return at;
}

void split(const Values& series, std::size_t begin, std::size_t end, double level, std::vector<std::size_t>& splits) {
  const std::size_t at = best_split(series, begin, end);
  if (at == end || welch_p(part(series, begin, at), part(series, at, end)) > level) return;
  split(series, begin, at, level, splits);
  splits.push_back(at);
  split(series, at, end, level, splits);
}

}  // namespace

std::vector<ChangePoint> change_points(const Values& all, double level) {
  const std::size_t skipped = all.size() > kMaxValues ? all.size() - kMaxValues : 0;
  const Values series = part(all, skipped, all.size());
  std::vector<std::size_t> splits;
  split(series, 0, series.size(), level, splits);
  std::vector<ChangePoint> points;
  for (std::size_t i = 0; i < splits.size(); ++i) {
    const Values before = part(series, i == 0 ? 0 : splits[i - 1], splits[i]);
    const Values after = part(series, splits[i], i + 1 < splits.size() ? splits[i + 1] : series.size());
    points.push_back({splits[i] + skipped, mean(before), mean(after), welch_p(before, after)});
  }
  return points;
}

}  // namespace exo_harness::measure

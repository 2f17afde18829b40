#include "exo_harness/measure/rank.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace exo_harness::measure {
namespace {

std::vector<double> sorted_differences(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> differences;
  differences.reserve(a.size() * b.size());
  for (const double x : a) {
    for (const double y : b) differences.push_back(y - x);
  }
  std::sort(differences.begin(), differences.end());
  return differences;
}

/// Which of the sorted differences, counted from 1, is the bound; 0 when there is none. The r-th exceeds the true shift
/// exactly when U <= r - 1.
std::size_t rank_of_bound(std::size_t n, std::size_t m, double level) {
  constexpr double kRounding = 1e-12;
  const std::vector<double> distribution = mann_whitney_distribution(n, m);
  double sum = 0;
  std::size_t count = 0;
  while (count < distribution.size() && (sum += distribution[count]) <= 1 - level + kRounding) ++count;
  return count;
}

}  // namespace

std::vector<double> mann_whitney_distribution(std::size_t n, std::size_t m) {
  std::vector<double> ways(n * m + 1, 0.0);
  ways[0] = 1;
  for (std::size_t i = 1; i <= n; ++i) {
    for (std::size_t u = ways.size(); u-- > m + i;) ways[u] -= ways[u - m - i];
    for (std::size_t u = i; u < ways.size(); ++u) ways[u] += ways[u - i];
  }
  // Symmetric; what rounding leaves is in the upper half, computed last.
  for (std::size_t u = 0; u < ways.size() / 2; ++u) ways[ways.size() - 1 - u] = ways[u];
  const double all = std::accumulate(ways.begin(), ways.end(), 0.0);
  for (double& way : ways) way /= all;
  return ways;
}

double mann_whitney_p_greater(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.empty() || b.empty()) return 1;
  std::size_t greater = 0;
  for (const double x : a) {
    for (const double y : b) greater += y > x ? 1 : 0;
  }
  if (greater == 0) return 1;
  // The small tail is summed from its end: its terms are exact, where one minus the rest would not be.
  const std::vector<double> distribution = mann_whitney_distribution(a.size(), b.size());
  return std::min(
      1.0, std::accumulate(distribution.rbegin(), distribution.rend() - static_cast<std::ptrdiff_t>(greater), 0.0));
}

double median(std::vector<double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

double hodges_lehmann(const std::vector<double>& a, const std::vector<double>& b) {
  return median(sorted_differences(a, b));
}

double shift_lower_bound(const std::vector<double>& a, const std::vector<double>& b, double level) {
  const std::size_t rank = a.empty() || b.empty() ? 0 : rank_of_bound(a.size(), b.size(), level);
  if (rank == 0) return -std::numeric_limits<double>::infinity();
  return sorted_differences(a, b)[rank - 1];
}

double shift_upper_bound(const std::vector<double>& a, const std::vector<double>& b, double level) {
  return -shift_lower_bound(b, a, level);
}

}  // namespace exo_harness::measure

#pragma once

#include <cstddef>
#include <vector>

namespace exo_harness::measure {

/// Where a series of measurements took another level.
struct ChangePoint {
  std::size_t at = 0;            ///< Index of the first value of the new level.
  double before = 0, after = 0;  ///< Means of the levels on both sides, up to the neighbouring change points.
  double p = 1;                  ///< Of Welch's t test between both.
};

/// Splits a series where the energy statistic is largest, again and again, as long as the split has p <= `level`: the
/// E-divisive method with a t test in place of permutations, so that the answer is the same each time. Informative, for
/// trends: weak on the newest points, since a level needs two values. O(n²) a split; at most 4,000 values are taken,
/// the last ones. Source: Matteson and James 2014; Hunter (2023).
std::vector<ChangePoint> change_points(const std::vector<double>& series, double level = 0.001);

}  // namespace exo_harness::measure

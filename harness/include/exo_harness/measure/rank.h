#pragma once

#include <cstddef>
#include <vector>

namespace exo_harness::measure {

// Comparing two small samples by ranks, exactly: 5 to 20 values a side, no assumption about their distribution but that
// its form is the same on both sides. Own code: C++ libraries that have the exact distribution (ALGLIB, parts of
// Boost.Math) have no order-statistic bounds, which are most of what is here, and the whole is a page.

/// P(U = u) for u = 0 … n·m, where U counts the pairs in which the second of two samples of one distribution, of sizes
/// `n` and `m`, is the larger. Source: Mann and Whitney 1947, by the generating function of Gaussian binomials.
std::vector<double> mann_whitney_distribution(std::size_t n, std::size_t m);

/// One-sided exact p: how often chance alone makes `b` exceed `a` at least so clearly. Ties count against that, so p is
/// never too small. 1 when a sample is empty.
double mann_whitney_p_greater(const std::vector<double>& a, const std::vector<double>& b);

/// The middle value; the mean of the two in the middle when their number is even. NaN when there is none.
double median(std::vector<double> values);

/// By how much `b` lies above `a`: the median of all differences b - a. NaN when a sample is empty.
/// Source: Hodges and Lehmann 1963.
double hodges_lehmann(const std::vector<double>& a, const std::vector<double>& b);

/// The one-sided bounds of that shift at `level` (0.95): order statistics of the differences by the exact distribution,
/// so the level is attained or exceeded. Infinite when the samples are too few for the level (3 against 3 and 0.99).
double shift_lower_bound(const std::vector<double>& a, const std::vector<double>& b, double level);
double shift_upper_bound(const std::vector<double>& a, const std::vector<double>& b, double level);

}  // namespace exo_harness::measure

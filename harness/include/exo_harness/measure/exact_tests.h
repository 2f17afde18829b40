#pragma once

#include <cstddef>
#include <vector>

namespace exo_harness::measure {

// Exact tests on counts; all one-sided, each p the probability that chance alone makes the second side so much worse.

/// `failures_b` of `runs_b` against `failures_a` of `runs_a`: the upper tail of the hypergeometric distribution.
/// 0 of 10 against 4 of 10 is 0.043. Source: Fisher 1934. Requires failures <= runs.
double fisher_p_greater(std::size_t failures_a, std::size_t runs_a, std::size_t failures_b, std::size_t runs_b);

/// The same things judged on both sides: `lost` right on the first and wrong on the second, `won` the other way round.
/// Source: McNemar 1947, exact by the binomial distribution.
double mcnemar_p_greater(std::size_t lost, std::size_t won);

/// Which of many tests may be believed together at `level`, in the order given. Source: Holm 1979.
std::vector<bool> holm(const std::vector<double>& p, double level);

/// Two-sided p of Welch's t test: whether two samples have one mean, of whatever variances. 1 when a sample has fewer
/// than two values, or all values are equal. Source: Welch 1947; the incomplete beta function by Lentz's continued
/// fraction.
double welch_p(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace exo_harness::measure

#include "exo_harness/measure/exact_tests.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace exo_harness::measure {
namespace {

double log_choose(std::size_t n, std::size_t k) {
  const auto log_factorial = [](std::size_t x) { return std::lgamma(static_cast<double>(x) + 1); };
  return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

// Lentz's continued fraction of the regularised incomplete beta function.
double beta_fraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300, kClose = 1e-15;
  const auto not_zero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1, d = 1 / not_zero(1 - (a + b) * x / (a + 1)), result = d;
  for (int i = 1; i <= 500; ++i) {
    const double m = i;
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    for (const double term : {even, odd}) {
      d = 1 / not_zero(1 + term * d);
      c = not_zero(1 + term / c);
      result *= c * d;
    }
    if (std::abs(c * d - 1) < kClose) break;
  }
  return result;
}

double incomplete_beta(double a, double b, double x) {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  const double front =
      std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
  return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

struct Moments {
  double n, mean, variance;
};
Moments moments_of(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {n, mean, squares / (n - 1)};
}

}  // namespace

double fisher_p_greater(std::size_t failures_a, std::size_t runs_a, std::size_t failures_b, std::size_t runs_b) {
  const std::size_t failures = failures_a + failures_b;
  double p = 0;
  for (std::size_t k = failures_b; k <= std::min(failures, runs_b); ++k) {
    if (failures - k > runs_a) continue;
    p += std::exp(log_choose(runs_b, k) + log_choose(runs_a, failures - k) - log_choose(runs_a + runs_b, failures));
  }
  return std::min(1.0, p);
}

double mcnemar_p_greater(std::size_t lost, std::size_t won) {
  const std::size_t n = lost + won;
  double p = 0;
  for (std::size_t k = lost; k <= n; ++k) p += std::exp(log_choose(n, k) - static_cast<double>(n) * std::log(2.0));
  return std::min(1.0, p);
}

std::vector<bool> holm(const std::vector<double>& p, double level) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) { return p[x] < p[y]; });
  std::vector<bool> believed(p.size(), false);
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    if (p[order[rank]] > level / static_cast<double>(p.size() - rank)) break;
    believed[order[rank]] = true;
  }
  return believed;
}

double welch_p(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() < 2 || b.size() < 2) return 1;
  const Moments x = moments_of(a), y = moments_of(b);
  const double of_a = x.variance / x.n, of_b = y.variance / y.n, sum = of_a + of_b;
  if (!(sum > 0)) return x.mean == y.mean ? 1 : 0;
  const double t = (y.mean - x.mean) / std::sqrt(sum);
  const double freedom = sum * sum / (of_a * of_a / (x.n - 1) + of_b * of_b / (y.n - 1));
  return incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t));
}

}  // namespace exo_harness::measure

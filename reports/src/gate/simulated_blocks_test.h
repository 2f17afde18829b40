#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

namespace exo_reports {

/// Whose block number `index` is: A B B A A B B A ….
inline bool is_candidates_block(std::size_t index) {
  return index % 4 == 1 || index % 4 == 2;
}

/// A cluster as research of speed on real ones describes it, in logarithms: jitter of requests with memory, shifts
/// between placements, rare outliers, a drift over the whole comparison.
struct Noise {
  double jitter = 0.03, session = 0.02;
  double memory = 0.3, outliers = 0.03, drift = 0.05;
  int requests = 5;

  static Noise quiet() { return {0.02, 0.01}; }
  static Noise typical() { return {}; }
  static Noise noisy() { return {0.08, 0.04}; }
};

/// Block medians of tokens a second, in order of time.
struct SimulatedBlocks {
  std::vector<double> baseline, candidate;
};

/// `blocks` of each side, A B B A …; the candidate is slower by `slowdown` (0.1: takes 10 % longer a token). One
/// generator gives the same blocks everywhere: std::normal_distribution would not.
class Simulator {
 public:
  explicit Simulator(std::uint64_t seed) : random_(seed) {}

  SimulatedBlocks blocks(std::size_t count, const Noise& noise, double slowdown) {
    SimulatedBlocks made;
    const std::size_t all = 2 * count;
    for (std::size_t i = 0; i < all; ++i) {
      const bool is_candidate = is_candidates_block(i);
      const double drift =
          noise.drift * static_cast<double>(i) / static_cast<double>(std::max<std::size_t>(1, all - 1));
      const double log_time = block(noise) + drift + (is_candidate ? std::log1p(slowdown) : 0);
      (is_candidate ? made.candidate : made.baseline).push_back(100 * std::exp(-log_time));
    }
    return made;
  }

 private:
  double uniform() { return (static_cast<double>(random_() >> 11) + 0.5) / 9007199254740992.0; }
  double normal() { return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * 3.14159265358979323846 * uniform()); }

  double block(const Noise& noise) {
    std::vector<double> requests;
    double state = normal();
    const double session = noise.session * normal();
    for (int i = 0; i < noise.requests; ++i) {
      if (i > 0) state = noise.memory * state + std::sqrt(1 - noise.memory * noise.memory) * normal();
      const double outlier = uniform() < noise.outliers ? std::log(1.5 + uniform()) : 0;
      requests.push_back(noise.jitter * state + session + outlier);
    }
    std::sort(requests.begin(), requests.end());
    return requests[requests.size() / 2];
  }

  std::mt19937_64 random_;
};

}  // namespace exo_reports

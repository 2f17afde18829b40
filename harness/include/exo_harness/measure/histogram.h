#pragma once

#include <memory>

#include "exo_harness/measure/summary.h"

namespace exo_harness::measure {

/// Counts samples without keeping them: for what is too many to keep, as the gaps between tokens.
///
/// Samples are in any unit, 10^-6 to 10^9 of it; what is smaller or larger counts as the smallest or largest seen.
/// Percentiles are nearest rank of cells 0.1 % wide, so within 0.05 % of the sample; count, least, most and mean are
/// exact. Takes at most 300 kB. Threads: one at a time. Source: Boost.Histogram, a logarithmic axis.
class Histogram {
 public:
  Histogram();
  ~Histogram();
  Histogram(Histogram&&) noexcept;
  Histogram& operator=(Histogram&&) noexcept;

  void add(double sample);
  Summary summary() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace exo_harness::measure

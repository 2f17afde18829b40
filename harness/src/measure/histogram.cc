#include "exo_harness/measure/histogram.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <boost/histogram/axis/regular.hpp>
#include <boost/histogram/histogram.hpp>
#include <boost/histogram/make_histogram.hpp>
#include <boost/histogram/storage_adaptor.hpp>

namespace exo_harness::measure {

namespace {

namespace bh = boost::histogram;

constexpr double kLeast = 1e-6, kMost = 1e9, kCell = 1e-3;

using Axis = bh::axis::regular<double, bh::axis::transform::log>;

Axis axis() {
  return Axis(static_cast<unsigned>(std::log(kMost / kLeast) / kCell), kLeast, kMost);
}

using Cells = decltype(bh::make_histogram_with(std::vector<std::uint64_t>(), axis()));

}  // namespace

struct Histogram::Impl {
  Impl() : cells(bh::make_histogram_with(std::vector<std::uint64_t>(), axis())) {}

  /// The cell in which the sample of that rank is.
  double at(double percent) const {
    const double rank = std::max(1.0, std::ceil(percent / 100 * static_cast<double>(exact.count) - 1e-9));
    double before = 0;
    for (int cell = -1; cell <= cells.axis(0).size(); ++cell) {
      before += static_cast<double>(cells.at(cell));
      if (before >= rank)
        return cell < 0 ? exact.min : std::clamp(cells.axis(0).value(cell + 0.5), exact.min, exact.max);
    }
    return exact.max;
  }

  Cells cells;
  Summary exact;       // Of this count, least and most.
  double squares = 0;  // Of the distances from the mean (Welford).
};

Histogram::Histogram() : impl_(std::make_unique<Impl>()) {}
Histogram::~Histogram() = default;
Histogram::Histogram(Histogram&&) noexcept = default;
Histogram& Histogram::operator=(Histogram&&) noexcept = default;

void Histogram::add(double sample) {
  impl_->cells(std::max(sample, kLeast / 2));  // Below zero there is no logarithm.
  Summary& s = impl_->exact;
  s.min = s.count == 0 ? sample : std::min(s.min, sample);
  s.max = s.count == 0 ? sample : std::max(s.max, sample);
  ++s.count;
  const double from_mean = sample - s.mean;
  s.mean += from_mean / static_cast<double>(s.count);
  impl_->squares += from_mean * (sample - s.mean);
}

Summary Histogram::summary() const {
  Summary s = impl_->exact;
  if (s.count == 0) return s;
  s.p50 = impl_->at(50);
  s.p90 = impl_->at(90);
  if (s.count >= kSamplesForP99) s.p99 = impl_->at(99);
  if (s.count >= kSamplesForP999) s.p999 = impl_->at(99.9);
  if (s.count > 1) s.deviation = std::sqrt(impl_->squares / static_cast<double>(s.count - 1));
  return s;
}

}  // namespace exo_harness::measure

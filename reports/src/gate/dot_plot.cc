#include "gate/dot_plot.h"

#include <algorithm>
#include <cmath>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/measure/rank.h"

#include "gate/gate_words.h"
#include "page/svg.h"
#include "sanitize.h"

namespace exo_reports {
namespace {

using exo_harness::format;

constexpr double kWidth = 720, kLeft = 110, kRight = 700, kBaselineY = 34, kCandidateY = 68, kAxisY = 92,
                 kIntervalY = 138, kIntervalAxisY = 156, kHeight = 186;

// From numbers to the horizontal.
struct Scale {
  double low, high;
  double x(double value) const {
    const double share = (std::clamp(value, low, high) - low) / (high - low);
    return kLeft + share * (kRight - kLeft);
  }
};

Scale scale_around(double low, double high) {
  const double room = std::max((high - low) * 0.08, std::abs(high) * 1e-3 + 1e-12);
  return {low - room, high + room};
}

std::string label(double x, double y, const char* anchor, std::string_view text) {
  return format(R"(<text class="small" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>)", x, y, anchor,
                exo_harness::escape_markup(sanitized_line(text, 60)));
}

std::string side(const char* kind, double y, const std::vector<double>& values, const Scale& scale) {
  std::string svg = label(kLeft - 12, y + 4, "end", kind);
  for (const double value : values) {
    svg += format(R"(<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="5" fill-opacity=".6"/>)", kind, scale.x(value), y);
  }
  if (values.empty()) return svg;
  const double middle = scale.x(exo_harness::measure::median(values));
  return svg + svg_line("middle", middle, y - 11, middle, y + 11);
}

std::string axis(double y, const std::string& low, const std::string& high) {
  return svg_line("axis", kLeft, y, kRight, y) + label(kLeft, y + 16, "start", low) +
         label(kRight, y + 16, "end", high);
}

std::string interval(const PerformanceComparison& one) {
  const double upper = std::isfinite(one.upper) ? one.upper : one.ratio * 1.5;
  const double lower = one.lower > 0 && std::isfinite(one.lower) ? one.lower : one.ratio / 1.5;
  const Scale scale = scale_around(std::min({lower, 1.0, one.ratio}), std::max({upper, one.threshold, one.ratio}));
  std::string svg = label(kLeft - 12, kIntervalY + 4, "end", "worse by");
  svg += axis(kIntervalAxisY, percent_of(scale.low), percent_of(scale.high));
  svg += svg_line("axis", scale.x(1), kIntervalY - 14, scale.x(1), kIntervalAxisY);
  svg += svg_line("interval", scale.x(lower), kIntervalY, scale.x(upper), kIntervalY);
  svg += format(R"(<circle class="candidate" cx="{:.1f}" cy="{:.1f}" r="5"/>)", scale.x(one.ratio), kIntervalY);
  svg += svg_line("limit", scale.x(one.threshold), kIntervalY - 14, scale.x(one.threshold), kIntervalAxisY);
  return svg + label(scale.x(one.threshold), kIntervalY - 18, "middle", "limit " + percent_of(one.threshold));
}

}  // namespace

std::string dot_plot_svg(const PerformanceComparison& one, std::size_t id) {
  std::vector<double> all = one.baseline;
  all.insert(all.end(), one.candidate.begin(), one.candidate.end());
  if (all.empty()) return "";
  const auto [low, high] = std::minmax_element(all.begin(), all.end());
  const Scale scale = scale_around(*low, *high);
  std::string svg = format(
      R"(<svg viewBox="0 0 {} {}" role="img" aria-labelledby="plot-{}-title plot-{}-text"><title id="plot-{}-title">)"
      R"({}</title><desc id="plot-{}-text">Block medians of both builds; the table below has the same numbers.</desc>)",
      kWidth, one.stage > 0 ? kHeight : kAxisY + 30, id, id, id,
      exo_harness::escape_markup(sanitized_line(one.metric, 80)), id);
  svg += side("baseline", kBaselineY, one.baseline, scale) + side("candidate", kCandidateY, one.candidate, scale);
  svg += axis(kAxisY, number_of(scale.low), number_of(scale.high));
  if (one.stage > 0) svg += interval(one);
  return svg + "</svg>";
}

}  // namespace exo_reports

#pragma once

#include <string>

#include "exo_reports/gate.h"

namespace exo_reports {

/// Block medians of both sides over one axis, and below the interval of the ratio with its limit. Whole SVG element,
/// escaped, with title and description; empty when there is nothing to draw. `id` makes its inner names unique.
std::string dot_plot_svg(const PerformanceComparison& comparison, std::size_t id);

}  // namespace exo_reports

#pragma once

#include <string>

#include "exo_harness/core/format.h"

namespace exo_reports {

/// A line of a drawing; `kind`: one of the style's classes.
inline std::string svg_line(const char* kind, double x1, double y1, double x2, double y2) {
  return exo_harness::format(R"(<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>)", kind, x1, y1, x2,
                             y2);
}

}  // namespace exo_reports

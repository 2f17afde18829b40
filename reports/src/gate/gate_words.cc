#include "gate/gate_words.h"

#include <algorithm>
#include <cmath>

#include "exo_harness/core/format.h"

#include "sanitize.h"

namespace exo_reports {

using exo_harness::format;

std::string percent_of(double ratio) {
  if (!std::isfinite(ratio) || ratio <= 0) return "unbounded";
  return format("{:+.1f} %", 100 * (ratio - 1));
}

std::string_view to_string(ManifestClass kind) {
  switch (kind) {
    case ManifestClass::hard:
      return "hard";
    case ManifestClass::subject:
      return "subject";
    case ManifestClass::soft:
      return "soft";
    case ManifestClass::info:
      break;
  }
  return "info";
}

std::string standing_of(const ManifestDifference& difference) {
  if (!difference.allowed.empty()) return "allowed: " + sanitized_line(difference.allowed, 200);
  if (difference.declared) return "declared";
  switch (difference.kind) {
    case ManifestClass::hard:
      return "not declared";
    case ManifestClass::subject:
      return "under test";
    case ManifestClass::soft:
      return "worth a look";
    case ManifestClass::info:
      break;
  }
  return "for information";
}

std::string_view policy_of(const GateOptions& options) {
  return options.release ? "release" : "standard";
}

std::string detectable_in_words(const GateResult& result) {
  if (!(result.detectable > 1)) return "";
  return format("The smallest slowdown that these blocks show in 8 of 10 cases: {:.1f} %.",
                100 * (result.detectable - 1));
}

std::string number_of(double value) {
  if (!std::isfinite(value)) return "-";
  return format("{:.{}g}", value, std::abs(value) >= 1000 ? 5 : 4);
}

}  // namespace exo_reports

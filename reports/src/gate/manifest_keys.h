#pragma once

#include <map>
#include <string>

#include "exo_reports/gate.h"

namespace exo_reports {

struct ManifestValue {
  std::string value;
  ManifestClass kind = ManifestClass::hard;
  bool of_the_cluster = true;  ///< The same for all runs of one side; else of what one run was asked for.
};

/// What two runs are compared by, key → value. Values are sorted where their order means nothing.
std::map<std::string, ManifestValue> manifest_keys(const RunRecord& run);

}  // namespace exo_reports

#pragma once

#include <vector>

#include "exo_reports/run_record.h"

namespace exo_reports {

/// Adds what a model under trial leaves unsaid by its tests: a model that does not work is listed even where no test
/// failed, since it may not have been there at all.
void add_strategies(const RunRecord& run, std::vector<Reason>& reasons);

}  // namespace exo_reports

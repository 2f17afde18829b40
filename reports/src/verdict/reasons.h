#pragma once

#include <vector>

#include "exo_reports/run_record.h"

namespace exo_reports {

/// Why the record itself cannot be trusted: no end, lost records, bad lines. Any of them forbids every other verdict.
std::vector<Reason> reasons_of_the_record(const RunRecord& run);

/// Whatever else keeps the run from being green, in order of time.
std::vector<Reason> reasons_of_the_run(const RunRecord& run);

}  // namespace exo_reports

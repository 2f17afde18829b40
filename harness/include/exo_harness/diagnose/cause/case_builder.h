#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "exo_harness/diagnose/cause/case_file.h"
#include "exo_harness/journal/records.h"

namespace exo_harness::diagnose {

/// The part of a case that a journal holds, from `from_ns` to `to_ns` (monotonic clock): changes of state, failed
/// exchanges, exits of processes, and the last phase that ended badly. Logs and processes are for the caller to add.
CaseFile case_from_records(const std::vector<journal::Record>& records, std::int64_t from_ns,
                           std::int64_t to_ns = std::numeric_limits<std::int64_t>::max());

/// Tells each log and each local process which rank it is of, by its node and `instance_nodes`.
void assign_ranks(CaseFile& file);

}  // namespace exo_harness::diagnose

#pragma once

#include "exo_harness/journal/records.h"
#include "exo_harness/process/sample.h"

namespace exo_harness::diagnose {

/// The sample of a process as a record of the journal, and back.
journal::ProcessLooked record_of(const process::ProcessSample& sample);
process::ProcessSample sample_of(const journal::ProcessLooked& record);

}  // namespace exo_harness::diagnose

#pragma once

#include <string>

#include "exo_harness/diagnose/cause/diagnosis.h"
#include "exo_harness/journal/records.h"

namespace exo_harness::diagnose {

/// A diagnosis as the journal keeps it. `test`: which it explains; empty: the run.
journal::DiagnosisMade record_of(const std::string& test, const Diagnosis& diagnosis);

}  // namespace exo_harness::diagnose

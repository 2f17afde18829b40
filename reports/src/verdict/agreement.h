#pragma once

#include "exo_harness/journal/records.h"

namespace exo_reports {

/// Whether what came is what was foretold.
enum class Agreement {
  yes,
  no,
  nothing_foretold,  ///< Something came, and nobody had said what would.
  nothing_seen,      ///< It was not tried, or what was seen does not decide.
};
Agreement agreement_of(const exo_harness::journal::PredictionSeen& prediction);

}  // namespace exo_reports

#pragma once

#include "exo_harness/journal/records.h"

namespace exo_reports {

/// Whether what came is what was predicted.
enum class Agreement {
  yes,
  no,
  no_prediction,  ///< Something came that nothing had predicted.
  nothing_seen,   ///< It was not tried, or what was seen does not decide.
};
Agreement agreement_of(const exo_harness::journal::PredictionSeen& prediction);

}  // namespace exo_reports

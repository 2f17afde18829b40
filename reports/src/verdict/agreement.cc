#include "agreement.h"

namespace exo_reports {

Agreement agreement_of(const exo_harness::journal::PredictionSeen& prediction) {
  if (prediction.seen != "works" && prediction.seen != "fails") return Agreement::nothing_seen;
  if (prediction.predicted != "works" && prediction.predicted != "fails") return Agreement::no_prediction;
  return prediction.seen == prediction.predicted ? Agreement::yes : Agreement::no;
}

}  // namespace exo_reports

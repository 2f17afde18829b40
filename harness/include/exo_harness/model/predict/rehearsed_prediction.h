#pragma once

#include "exo_harness/model/predict/prediction.h"
#include "exo_harness/model/rehearse/rehearsal.h"

namespace exo_harness::model {

/// What comes of a placement by the rules and by the engine together.
///
/// The engine's word counts before a rule's, but for what it was not asked: whether Exo places it (phases before load),
/// whether nodes are joined by RDMA, and values. A rule that says of wrong answers, or of a failure that the engine did
/// not show, leaves no `works`: the first stays, the second is `unknown` with both. `rehearsal`: null, the rule alone.
Prediction with_rehearsal(const Prediction& rule, const Rehearsal* rehearsal);

}  // namespace exo_harness::model

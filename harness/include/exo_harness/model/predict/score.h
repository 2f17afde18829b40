#pragma once

#include <optional>
#include <string_view>

#include "exo_harness/model/predict/configurations.h"

namespace exo_harness::model {

/// What a prediction came to, beside what was seen.
enum class Score {
  right,    ///< It was certain, and it was so: of a failure with its text, too, where one was predicted.
  honest,   ///< `unknown`.
  wrong,    ///< It was certain, and it was not so.
  unasked,  ///< Nobody saw: the engine did not come to an end, or Exo refuses the placement before it is asked.
};

/// `right`, `honest`, `wrong`, `not asked`.
std::string_view to_string(Score score);

/// Beside what the engine said of that placement; of one that Exo's master refuses by the card, beside the card.
/// `seen`: of the same generation. Where a placement was not asked since the model fails on one node before it is
/// split, that failure counts.
Score score_of(const Prediction& prediction, const RecordedModel& seen);

/// Beside what somebody published. The text of a report is of another version and no part of it.
Score score_of(const Prediction& prediction, const PublicReport& report);

/// Brier's score of it, (p - seen)², where p is how sure the prediction is that the placement fails: 1, 0, or 1/2 for
/// `unknown`. So 0 for right, 1/4 for honest, 1 for wrong. It is proper: nobody does better on average than with what
/// he believes. Of what nobody saw: nothing.
std::optional<double> brier_of(Score score);

}  // namespace exo_harness::model

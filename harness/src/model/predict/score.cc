#include "exo_harness/model/predict/score.h"

#include <algorithm>

#include "exo_harness/core/text.h"

namespace exo_harness::model {
namespace {

using Kind = Expectation::Kind;

bool is_of_the_master(const Prediction& prediction) {
  return prediction.predicted == Kind::fails && prediction.phases == std::vector{Phase::place};
}

/// What the master of Exo says by the card (contract 4, 12).
bool is_refused(const RecordedCard& card, const exo::Mode& mode) {
  const int n = mode.world_size;
  if (!card.error.empty()) return true;
  if (n < 2) return false;
  if (mode.sharding == exo::Sharding::pipeline) return card.layers < n;
  return !card.supports_tensor || card.hidden_size % n != 0 || card.kv_heads % n != 0;
}

bool fails_before_it_is_split(const Rehearsal& rehearsal) {
  return rehearsal.verdict == Rehearsal::Verdict::fails && rehearsal.step == "load";
}

const Rehearsal* seen_of(const RecordedModel& seen, const exo::Mode& mode) {
  if (const Rehearsal* asked = rehearsal_of(seen.placements, mode)) return asked;
  const Rehearsal* first = rehearsal_of(seen.placements, exo::Mode{});
  return first != nullptr && fails_before_it_is_split(*first) ? first : nullptr;
}

bool is_the_failure(const Prediction& prediction, const Rehearsal& seen) {
  if (prediction.wrong_answers || seen.wrong_answers) return prediction.wrong_answers == seen.wrong_answers;
  return prediction.signature.empty() || contains(seen.error, prediction.signature);
}

}  // namespace

std::string_view to_string(Score score) {
  switch (score) {
    case Score::right:
      return "right";
    case Score::honest:
      return "honest";
    case Score::wrong:
      return "wrong";
    case Score::unasked:
      return "not asked";
  }
  return "not asked";
}

Score score_of(const Prediction& prediction, const RecordedModel& seen) {
  if (is_of_the_master(prediction)) return is_refused(seen.card, prediction.mode) ? Score::right : Score::wrong;
  const Rehearsal* rehearsal = seen_of(seen, prediction.mode);
  if (rehearsal == nullptr || rehearsal->verdict == Rehearsal::Verdict::unknown) return Score::unasked;
  if (prediction.predicted == Kind::unknown) return Score::honest;
  const bool fails = rehearsal->verdict == Rehearsal::Verdict::fails;
  if (fails != (prediction.predicted == Kind::fails)) return Score::wrong;
  return !fails || is_the_failure(prediction, *rehearsal) ? Score::right : Score::wrong;
}

Score score_of(const Prediction& prediction, const PublicReport& report) {
  if (report.outcome == Kind::unknown) return Score::unasked;
  if (prediction.predicted == Kind::unknown) return Score::honest;
  return prediction.predicted == report.outcome ? Score::right : Score::wrong;
}

std::optional<double> brier_of(Score score) {
  if (score == Score::unasked) return {};
  return score == Score::right ? 0 : score == Score::honest ? 0.25 : 1;
}

}  // namespace exo_harness::model

#include "exo_harness/diagnose/cause/expectation.h"

#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/mode.h"

namespace exo_harness::diagnose {
namespace {

using Kind = Judgement::Kind;

bool phase_fits(const Prediction& prediction, const Diagnosis& diagnosis) {
  const auto& phases = prediction.phases;
  return phases.empty() || (diagnosis.phase && std::count(phases.begin(), phases.end(), *diagnosis.phase) > 0);
}

bool signature_fits(const Prediction& prediction, const Observed& observed) {
  return prediction.signature.empty() || prediction.signature == observed.diagnosis.signature ||
         contains(observed.texts, prediction.signature);
}

Judgement otherwise(const Prediction& prediction, const Observed& observed) {
  const Diagnosis& seen = observed.diagnosis;
  return {Kind::failed_otherwise,
          format("foretold: {} in phase {}; seen: {} in phase {}: {}",
                 prediction.signature.empty() ? "any failure" : prediction.signature,
                 prediction.phases.empty() ? "any" : to_string(prediction.phases),
                 seen.signature.empty() ? "an unknown failure" : seen.signature, to_string(seen.phase), seen.cause)};
}

}  // namespace

Verdict Judgement::verdict() const {
  switch (kind) {
    case Kind::failed_as_predicted:
      return Verdict::expected_failure;
    case Kind::unexpected_pass:
      return Verdict::unexpected_pass;
    case Kind::hung:
      return Verdict::hang;
    default:
      return Verdict::failed;
  }
}

std::string_view to_string(Judgement::Kind kind) {
  switch (kind) {
    case Kind::failed_as_predicted:
      return "failed as predicted";
    case Kind::failed_otherwise:
      return "failed otherwise";
    case Kind::hung:
      return "hung";
    case Kind::unexpected_pass:
      return "unexpectedly passed";
    case Kind::expired:
      return "expired";
    case Kind::cluster_unusable:
      return "left the cluster unusable";
    case Kind::not_for_this:
      break;
  }
  return "not foretold for this version";
}

Judgement judge(const Prediction& prediction, const Observed& observed) {
  if (!exo::names_generation(prediction.versions, observed.generation)) {
    return {Kind::not_for_this,
            format("the prediction is for {}, this is {}", prediction.versions, observed.generation)};
  }
  if (observed.worked) {
    return {Kind::unexpected_pass,
            format("it works, although it was expected to fail ({}): remove the entry", prediction.reason)};
  }
  if (!prediction.expires.empty() && observed.today >= prediction.expires) {
    return {Kind::expired, format("the entry expired on {}: look at it again", prediction.expires)};
  }
  const bool hang_foretold = prediction.signature == "hang";
  if (observed.diagnosis.verdict == Verdict::hang && !hang_foretold) {
    return {Kind::hung,
            format("it hung in phase {} where a prompt failure was expected", to_string(observed.diagnosis.phase))};
  }
  const bool fits = hang_foretold ? observed.diagnosis.verdict == Verdict::hang : signature_fits(prediction, observed);
  if (!fits || !phase_fits(prediction, observed.diagnosis)) return otherwise(prediction, observed);
  if (!observed.control_answered) {
    return {Kind::cluster_unusable, "it failed as expected, but afterwards a model that must work did not answer"};
  }
  return {Kind::failed_as_predicted, prediction.reason.empty() ? prediction.signature : prediction.reason};
}

}  // namespace exo_harness::diagnose

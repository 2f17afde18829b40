#include "exo_harness/diagnose/cause/expectation.h"

#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/version.h"

namespace exo_harness::diagnose {
namespace {

using Kind = Judgement::Kind;

bool phase_fits(const Expectation& expectation, const Diagnosis& diagnosis) {
  const auto& phases = expectation.phases;
  return phases.empty() || (diagnosis.phase && std::count(phases.begin(), phases.end(), *diagnosis.phase) > 0);
}

bool signature_fits(const Expectation& expectation, const Observed& observed) {
  return expectation.signature.empty() || expectation.signature == observed.diagnosis.signature ||
         contains(observed.texts, expectation.signature);
}

Judgement otherwise(const Expectation& expectation, const Observed& observed) {
  const Diagnosis& seen = observed.diagnosis;
  return {Kind::failed_otherwise,
          format("expected: {} in phase {}; seen: {} in phase {}: {}",
                 expectation.signature.empty() ? "any failure" : expectation.signature,
                 expectation.phases.empty() ? "any" : to_string(expectation.phases),
                 seen.signature.empty() ? "an unknown failure" : seen.signature, to_string(seen.phase), seen.cause)};
}

}  // namespace

Verdict Judgement::verdict() const {
  switch (kind) {
    case Kind::failed_as_expected:
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
    case Kind::failed_as_expected:
      return "failed as expected";
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
  return "not expected for this version";
}

Judgement judge(const Expectation& expectation, const Observed& observed) {
  const auto generation = exo::parse_generation(observed.generation).value_or(exo::Generation::unknown);
  if (!exo::names_generation(expectation.versions, generation)) {
    return {Kind::not_for_this, format("the entry is for {}, this is {}", expectation.versions, observed.generation)};
  }
  if (observed.worked) {
    return {Kind::unexpected_pass,
            format("it works, although it was expected to fail ({}): remove the entry", expectation.reason)};
  }
  if (!expectation.expires.empty() && observed.today >= expectation.expires) {
    return {Kind::expired, format("the entry expired on {}: look at it again", expectation.expires)};
  }
  const bool hang_expected = expectation.signature == "hang";
  if (observed.diagnosis.verdict == Verdict::hang && !hang_expected) {
    return {Kind::hung,
            format("it hung in phase {} where a prompt failure was expected", to_string(observed.diagnosis.phase))};
  }
  const bool fits = hang_expected ? observed.diagnosis.verdict == Verdict::hang : signature_fits(expectation, observed);
  if (!fits || !phase_fits(expectation, observed.diagnosis)) return otherwise(expectation, observed);
  if (!observed.control_answered) {
    return {Kind::cluster_unusable, "it failed as expected, but afterwards a model that must work did not answer"};
  }
  return {Kind::failed_as_expected, expectation.reason.empty() ? expectation.signature : expectation.reason};
}

}  // namespace exo_harness::diagnose

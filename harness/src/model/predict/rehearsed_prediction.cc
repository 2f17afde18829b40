#include "exo_harness/model/predict/rehearsed_prediction.h"

#include <algorithm>

#include "exo_harness/core/format.h"

namespace exo_harness::model {
namespace {

using Kind = Expectation::Kind;
constexpr const char* kEngine = "the engine's own code: models rehearse";

bool is_before_load(const Prediction& rule) {
  return rule.predicted == Kind::fails &&
         std::all_of(rule.phases.begin(), rule.phases.end(), [](Phase phase) { return phase < Phase::load; });
}

/// What stands behind the name of the exception: logs may show another name for the same.
std::string text_behind_type(const std::string& error) {
  const std::size_t colon = error.find(": ");
  return colon == std::string::npos || colon + 2 == error.size() ? error : error.substr(colon + 2);
}

Prediction made_unknown(Prediction rule, std::string reason) {
  rule.predicted = Kind::unknown;
  rule.basis = Basis::unknown;
  rule.phases.clear();
  rule.signature.clear();
  rule.wrong_answers = false;
  rule.reason = std::move(reason);
  return rule;
}

/// Those of the engine; where a rule knows which of them it is, that one.
std::vector<Phase> phases_of(const Prediction& rule, const Rehearsal& rehearsal) {
  const std::vector<Phase> all = rehearsal.phases();
  const bool is_narrower =
      !rule.phases.empty() && std::all_of(rule.phases.begin(), rule.phases.end(), [&](Phase phase) {
        return std::find(all.begin(), all.end(), phase) != all.end();
      });
  return is_narrower ? rule.phases : all;
}

Prediction failed_in_rehearsal(Prediction rule, const Rehearsal& rehearsal) {
  rule.phases = phases_of(rule, rehearsal);
  rule.predicted = Kind::fails;
  rule.basis = Basis::rehearsed;
  rule.wrong_answers = rehearsal.wrong_answers;
  rule.signature = rehearsal.wrong_answers ? "" : text_behind_type(rehearsal.error);
  rule.reason = rehearsal.wrong_answers
                    ? rehearsal.reason
                    : format("the engine's {} fails on rank {}: {}", rehearsal.step, rehearsal.rank, rehearsal.error);
  rule.source = rehearsal.place.empty() ? kEngine : rehearsal.place;
  return rule;
}

Prediction passed_in_rehearsal(Prediction rule, bool without_weights) {
  if (rule.predicted == Kind::fails) {
    if (rule.wrong_answers) return rule;
    return made_unknown(rule, format("by rule it {}; the engine's own code takes it", to_string(rule)));
  }
  if (rule.mode.comm == exo::Comm::mlx_jaccl && rule.predicted == Kind::unknown) return rule;
  if (without_weights) return rule;
  rule.predicted = Kind::works;
  rule.basis = Basis::rehearsed;
  rule.reason = "the engine's own code loads, shards and runs it on shapes";
  rule.source = kEngine;
  return rule;
}

}  // namespace

Prediction with_rehearsal(const Prediction& rule, const Rehearsal* rehearsal) {
  if (rehearsal == nullptr || is_before_load(rule)) return rule;
  if (rehearsal->verdict == Rehearsal::Verdict::fails) return failed_in_rehearsal(rule, *rehearsal);
  if (rehearsal->verdict == Rehearsal::Verdict::passes) return passed_in_rehearsal(rule, rehearsal->without_weights);
  if (rule.predicted != Kind::works) return rule;
  return made_unknown(rule, "no rule predicts a failure, but the rehearsal did not end: " + rehearsal->reason);
}

}  // namespace exo_harness::model

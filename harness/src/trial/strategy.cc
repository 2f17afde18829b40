#include "exo_harness/trial/strategy.h"

#include <algorithm>
#include <array>
#include <ostream>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/core/verdict.h"

namespace exo_harness::trial {
namespace {

bool is_a_hang(const Failure& failure) {
  return verdict_of(failure.kind) == Verdict::hang;
}

bool failed(const PlacementResult& result) {
  return result.outcome != StrategyOutcome::works && result.outcome != StrategyOutcome::not_tried;
}

std::string_view words_of(StrategyOutcome outcome) {
  static constexpr std::array<std::string_view, 9> kWords = {"works on this cluster",
                                                             "was not found",
                                                             "is not supported by this Exo",
                                                             "was refused by the placement",
                                                             "failed to load or to run",
                                                             "hangs",
                                                             "answers wrongly",
                                                             "did not come to an answer",
                                                             "was not tried"};
  return kWords[static_cast<std::size_t>(outcome)];
}

// What works comes first, what was not tried last.
int rank_of(const PlacementResult& result) {
  if (result.outcome == StrategyOutcome::works) return 0;
  if (result.outcome == StrategyOutcome::not_tried) return 3;
  return result.as_expected ? 2 : 1;
}

bool is_alike(const PlacementResult& a, const PlacementResult& b) {
  return a.outcome == b.outcome && a.as_expected == b.as_expected && a.why == b.why;
}

std::vector<std::vector<PlacementResult>> grouped_alike(std::vector<PlacementResult> placements) {
  std::stable_sort(placements.begin(), placements.end(),
                   [](const auto& a, const auto& b) { return rank_of(a) < rank_of(b); });
  std::vector<std::vector<PlacementResult>> groups;
  for (const PlacementResult& one : placements) {
    const auto group =
        std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return is_alike(g.front(), one); });
    group == groups.end() ? groups.push_back({one}) : group->push_back(one);
  }
  return groups;
}

// `hangs as tensor-2 and tensor-jaccl-2, as expected (why)`, of placements that came to the same.
std::string phrase(const std::vector<PlacementResult>& alike, bool is_first) {
  const PlacementResult& one = alike.front();
  std::vector<std::string> names;
  for (const PlacementResult& each : alike) names.push_back(each.placement);
  const std::string last = names.back();
  names.pop_back();
  std::string text(one.outcome == StrategyOutcome::works && !is_first ? "works" : words_of(one.outcome));
  text += format(" as {}{}{}", join(names, ", "), names.empty() ? "" : " and ", last);
  if (one.as_expected) text += ", as expected";
  return one.why.empty() ? text : text + format(" ({})", one.why);
}

std::string fit_in_words(std::string_view fallback, FallbackFit fit, std::string_view why) {
  const std::string reason = why.empty() ? "" : format(" ({})", why);
  switch (fit) {
    case FallbackFit::not_needed:
      return format("the fallback {} was not needed", fallback);
    case FallbackFit::fit:
      return format("the cluster itself is fit: it passed with {}", fallback);
    case FallbackFit::unfit:
      return format("the cluster itself is not fit either: it failed with {}{}", fallback, reason);
    case FallbackFit::unknown:
      break;
  }
  return format("cluster fitness unknown: no test with {} ran{}", fallback, reason);
}

}  // namespace

std::string_view to_string(StrategyOutcome outcome) {
  switch (outcome) {
    case StrategyOutcome::works:
      return "works";
    case StrategyOutcome::not_found:
      return "not_found";
    case StrategyOutcome::not_supported:
      return "not_supported";
    case StrategyOutcome::placement_refused:
      return "placement_refused";
    case StrategyOutcome::load_failed:
      return "load_failed";
    case StrategyOutcome::hang:
      return "hang";
    case StrategyOutcome::wrong_answers:
      return "wrong_answers";
    case StrategyOutcome::no_answer:
      return "no_answer";
    case StrategyOutcome::not_tried:
      break;
  }
  return "not_tried";
}

void PrintTo(StrategyOutcome outcome, std::ostream* os) {
  *os << to_string(outcome);
}

StrategyOutcome classify(const StrategyEvidence& evidence) {
  if (!evidence.listed || evidence.failed_phase == Phase::stage || (evidence.failure && evidence.says_not_found))
    return StrategyOutcome::not_found;
  if (!evidence.tried) return StrategyOutcome::not_tried;
  if (!evidence.failure) {
    return evidence.answers_right == false ? StrategyOutcome::wrong_answers : StrategyOutcome::works;
  }
  if (evidence.says_not_supported) return StrategyOutcome::not_supported;
  if (evidence.failed_phase == Phase::place && !is_a_hang(*evidence.failure)) return StrategyOutcome::placement_refused;
  const bool refused_in_silence = evidence.failed_phase == Phase::place && evidence.prediction &&
                                  evidence.prediction->phases == std::vector{Phase::place};
  if (refused_in_silence) return StrategyOutcome::placement_refused;
  if (is_a_hang(*evidence.failure)) return StrategyOutcome::hang;
  const bool answered = evidence.failed_phase == Phase::generate && evidence.failure->kind == FailureKind::mismatch;
  return answered ? StrategyOutcome::wrong_answers : StrategyOutcome::load_failed;
}

const PlacementResult* ModelResult::decisive() const {
  const auto first = [&](auto is_it) -> const PlacementResult* {
    const auto found = std::find_if(placements.begin(), placements.end(), is_it);
    return found == placements.end() ? nullptr : &*found;
  };
  if (const auto* surprise = first([](const auto& p) { return failed(p) && !p.as_expected; })) return surprise;
  if (const auto* failure = first(failed)) return failure;
  if (const auto* good = first([](const auto& p) { return p.outcome == StrategyOutcome::works; })) return good;
  return placements.empty() ? nullptr : &placements.front();
}

StrategyOutcome ModelResult::outcome() const {
  return decisive() == nullptr ? StrategyOutcome::not_tried : decisive()->outcome;
}

bool ModelResult::as_expected() const {
  return decisive() != nullptr && failed(*decisive()) && decisive()->as_expected;
}

std::string_view to_string(FallbackFit fit) {
  switch (fit) {
    case FallbackFit::not_needed:
      return "not_needed";
    case FallbackFit::fit:
      return "fit";
    case FallbackFit::unfit:
      return "unfit";
    case FallbackFit::unknown:
      break;
  }
  return "unknown";
}

std::string answer_in_words(const ModelResult& result, std::string_view fallback, FallbackFit fit,
                            std::string_view fit_why) {
  if (result.placements.empty())
    return format("{} was not tried; {}.", result.model, fit_in_words(fallback, fit, fit_why));
  std::vector<std::string> parts;
  for (const auto& alike : grouped_alike(result.placements)) parts.push_back(phrase(alike, parts.empty()));
  return format("{} {}; {}.", result.model, join(parts, ", "), fit_in_words(fallback, fit, fit_why));
}

}  // namespace exo_harness::trial

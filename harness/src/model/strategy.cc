#include "exo_harness/model/strategy.h"

#include <algorithm>
#include <array>
#include <ostream>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::model {
namespace {

/// Texts by which engines say that they have no code for a model. Sources: mlx-lm c7010341, utils.py; Exo v1.0.71,
/// auto_parallel.py; transformers; and as users report them.
constexpr std::array<std::string_view, 8> kNotSupported = {"Model type",
                                                           "Unsupported model type",
                                                           "No module named 'modeling_",
                                                           "does not support tensor parallelism",
                                                           "trust_remote_code",
                                                           "Architecture '",
                                                           "is not supported for",
                                                           "JACCL initialization failed for hybrid"};

constexpr std::array<std::string_view, 6> kNotFound = {"Model files not found", "No safetensors found",
                                                       "DownloadFailed",        "not found locally",
                                                       "Repository Not Found",  "FileNotFoundError"};

template <class List>
bool says_any(std::string_view text, const List& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view part) { return contains(text, part); });
}

std::string all_text(const StrategyEvidence& evidence) {
  std::string text = evidence.diagnosis;
  if (evidence.failure) text += "\n" + evidence.failure->what + "\n" + evidence.failure->evidence;
  return text;
}

bool is_not_supported(std::string_view text) {
  if (!says_any(text, kNotSupported)) return false;
  return !contains(text, "Model type") || contains(text, "not supported");
}

bool is_hang(const Failure& failure) {
  return failure.kind == FailureKind::timed_out || failure.kind == FailureKind::stalled;
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
      break;
  }
  return "wrong_answers";
}

void PrintTo(StrategyOutcome outcome, std::ostream* os) {
  *os << to_string(outcome);
}

StrategyOutcome classify(const StrategyEvidence& evidence) {
  const std::string text = all_text(evidence);
  if (!evidence.listed || evidence.failed_phase == "stage" || (evidence.failure && says_any(text, kNotFound)))
    return StrategyOutcome::not_found;
  if (!evidence.failure) {
    return evidence.answers_right == false ? StrategyOutcome::wrong_answers : StrategyOutcome::works;
  }
  if (is_not_supported(text)) return StrategyOutcome::not_supported;
  if (evidence.failed_phase == "place" && !is_hang(*evidence.failure)) return StrategyOutcome::placement_refused;
  const bool refused_in_silence =
      evidence.failed_phase == "place" && evidence.prediction && evidence.prediction->phase == "place";
  if (refused_in_silence) return StrategyOutcome::placement_refused;
  if (is_hang(*evidence.failure)) return StrategyOutcome::hang;
  const bool answered = evidence.failed_phase == "generate" && evidence.failure->kind == FailureKind::mismatch;
  return answered ? StrategyOutcome::wrong_answers : StrategyOutcome::load_failed;
}

std::string answer_in_words(std::string_view model, StrategyOutcome outcome, std::string_view why,
                            std::string_view fallback, std::optional<bool> fallback_fit) {
  static constexpr std::array<std::string_view, 7> kWords = {"works on this cluster",
                                                             "was not found",
                                                             "is not supported by this Exo",
                                                             "was refused by the placement",
                                                             "failed to load or to run",
                                                             "hangs",
                                                             "answers wrongly"};
  std::string text = format("{} {}", model, kWords[static_cast<std::size_t>(outcome)]);
  if (!why.empty()) text += format(" ({})", why);
  if (!fallback_fit) return text + ".";
  return text + format("; the cluster itself {} with {}.",
                       *fallback_fit ? "is fit: it passed" : "is not fit either: it failed", fallback);
}

}  // namespace exo_harness::model

#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/outcome.h"
#include "exo_harness/model/predict/prediction.h"

namespace exo_harness::trial {

/// What trying a model came to. Each is the model's outcome, never the cluster's: that is what the fallback is for.
enum class StrategyOutcome {
  works,
  not_found,          ///< Exo does not know it, or its files are not there or not whole.
  not_supported,      ///< The engine or Exo has no code for this architecture, or not for this placement of it.
  placement_refused,  ///< The master said no: memory, heads, RDMA, too few nodes.
  load_failed,        ///< A rank failed between the placement and the first answer.
  hang,               ///< Nothing said no, and the deadline passed.
  wrong_answers,      ///< It answers, and the answers are wrong.
  no_answer,          ///< It only thought until its budget of tokens ended: nobody can say whether it answers rightly.
  not_tried,          ///< Nothing of it ran: unknown. Never the same as `works`.
};

/// `works`, `not_found` …
std::string_view to_string(StrategyOutcome outcome);
void PrintTo(StrategyOutcome outcome, std::ostream* os);

/// What is known after a model was tried.
struct StrategyEvidence {
  bool tried = true;                            ///< At least one of its tests ran.
  bool listed = true;                           ///< `/models` has it, and each node has its files.
  std::optional<Phase> failed_phase;            ///< Nothing: every phase went well.
  std::optional<Failure> failure;               ///< Of that phase.
  bool says_not_found = false;                  ///< A text of the failure means that (`means` of a signature).
  bool says_not_supported = false;              ///< The same.
  std::optional<bool> answers_right;            ///< Nothing: it was not asked, or its answers need make no sense.
  std::optional<model::Prediction> prediction;  ///< Decides only where the evidence says nothing.
};

/// The outcome that the evidence shows; the first that applies in the order not found, not supported, refused, hang,
/// failed, wrong answers, not tried, works. Pure. Threads: any.
StrategyOutcome classify(const StrategyEvidence& evidence);

/// What the model came to in one placement.
struct PlacementResult {
  std::string placement;  ///< Short name of the mode.
  StrategyOutcome outcome = StrategyOutcome::not_tried;
  std::string why;           ///< The evidence in one line; empty when it works.
  bool as_expected = false;  ///< It failed as its fixture says.
};

/// What it came to altogether.
struct ModelResult {
  std::string model;
  std::vector<PlacementResult> placements;

  /// The placement that decides: the first that failed against the fixture, else the first that failed, else the first
  /// that worked, else the first; nothing when there is none.
  const PlacementResult* decisive() const;
  /// `not_tried` without placements.
  StrategyOutcome outcome() const;
  /// Whether it failed, and only where its fixture says so.
  bool as_expected() const;
};

/// The cluster's own fitness, seen with the fallback.
enum class FallbackFit {
  not_needed,  ///< The model works.
  fit,
  unfit,
  unknown,  ///< Nothing of the fallback ran.
};
/// `not_needed`, `fit` …
std::string_view to_string(FallbackFit fit);

/// One sentence for the first line of the summary: what became of the model, and on what the cluster was tested
/// instead. `fit_why`: of `unfit` and `unknown`; may be empty.
std::string answer_in_words(const ModelResult& result, std::string_view fallback, FallbackFit fit,
                            std::string_view fit_why = "");

}  // namespace exo_harness::trial

#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "exo_harness/core/outcome.h"
#include "exo_harness/model/prediction.h"

namespace exo_harness::model {

/// What trying a model came to. Each is the model's outcome, never the cluster's: that is what the fallback is for.
enum class StrategyOutcome {
  works,
  not_found,          ///< Exo does not know it, or its files are not there or not whole.
  not_supported,      ///< The engine or Exo has no code for this architecture, or not for this placement of it.
  placement_refused,  ///< The master said no: memory, heads, RDMA, too few nodes.
  load_failed,        ///< A rank failed between the placement and the first answer.
  hang,               ///< Nothing said no, and the deadline passed.
  wrong_answers,      ///< It answers, and the answers are wrong.
};

/// `works`, `not_found` …
std::string_view to_string(StrategyOutcome outcome);
void PrintTo(StrategyOutcome outcome, std::ostream* os);

/// What is known after a model was tried.
struct StrategyEvidence {
  bool listed = true;                    ///< `/models` has it, and each node has its files.
  std::string failed_phase;              ///< DESIGN 1; empty: every phase went well.
  std::optional<Failure> failure;        ///< Of that phase.
  std::string diagnosis;                 ///< Signature id, cause and RunnerFailed texts, as far as there are any.
  std::optional<bool> answers_right;     ///< Nothing: it was not asked, or its answers need make no sense.
  std::optional<Prediction> prediction;  ///< Decides only where the evidence says nothing.
};

/// The outcome that the evidence shows; the first that applies in the order not found, not supported, refused, hang,
/// failed, wrong answers, works. Pure. Threads: any.
StrategyOutcome classify(const StrategyEvidence& evidence);

/// One sentence for the first line of the summary: what became of the model, and on what the cluster was tested
/// instead. `fallback_fit`: the cluster's own fitness with the fallback; nothing: no fallback was tried.
std::string answer_in_words(std::string_view model, StrategyOutcome outcome, std::string_view why,
                            std::string_view fallback, std::optional<bool> fallback_fit);

}  // namespace exo_harness::model

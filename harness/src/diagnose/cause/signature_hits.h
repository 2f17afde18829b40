#pragma once

#include <string>
#include <vector>

#include "exo_harness/diagnose/cause/diagnose.h"
#include "exo_harness/exo/runner_failures.h"

namespace exo_harness::diagnose {

/// A signature seen in one place of a case.
struct SignatureHit {
  /// How near the text is to the failure itself.
  enum class Source { runner, answer, state, exit, script, last_words, log };
  const Signature* signature = nullptr;
  Source source = Source::log;
  int rank = -1;
  std::size_t sequence = 0;  ///< Order of seeing within its source.
  Evidence evidence;
  std::string exception;  ///< Of a signature that wraps one, if it stands there; else empty.

  bool direct() const { return source != Source::log; }
};

/// All that the book recognises in a case, each text once.
std::vector<SignatureHit> collect_hits(const CaseFile& file, const SignatureBook& book);

/// The phase that failed; when nobody names it, the one that the runner of that rank (-1: any) failed in, as its states
/// tell.
std::optional<Phase> phase_seen(const CaseFile& file, int rank);

/// The runners that failed, in order; their phase is not known.
std::vector<exo::RunnerFailure> failed_runners(const CaseFile& file);

/// Nodes that were there and left, in order. Of those that no rank runs on nothing is said, if the ranks are known.
std::vector<std::string> lost_nodes(const CaseFile& file);

/// A node whose API gave no answer when it was asked, and how that looked.
struct SilentNode {
  std::string node, why;
};
std::vector<SilentNode> silent_nodes(const CaseFile& file);

/// Whether a text of that stage can explain a failure in that phase.
bool stage_explains(Phase stage, std::optional<Phase> phase);

}  // namespace exo_harness::diagnose

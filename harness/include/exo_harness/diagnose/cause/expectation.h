#pragma once

#include <string>
#include <string_view>

#include "exo_harness/diagnose/cause/diagnosis.h"

namespace exo_harness::diagnose {

/// What a fixture expects of something that should not work.
struct Expectation {
  std::vector<Phase> phases;  ///< Where it may fail; empty: anywhere.
  std::string signature;      ///< Id of a signature, or a text that shows it; empty: any failure will do.
  std::string reason;         ///< For people.
  std::string versions;       ///< Generations it holds for, separated by commas or blanks; empty: all.
  std::string expires;        ///< `YYYY-MM-DD`; empty: never.
};

/// What happened, as far as the judge needs it.
struct Observed {
  bool worked = false;
  Diagnosis diagnosis;           ///< When it did not work.
  std::string texts;             ///< All texts of the failure: API answers, RunnerFailed, log hits.
  std::string generation;        ///< `v1.0.71`, `main`.
  std::string today;             ///< `YYYY-MM-DD`.
  bool control_answered = true;  ///< Afterwards a model that must work did.
};

/// What an expectation came to.
struct Judgement {
  /// `expired`: the entry is over its date and must be looked at again; `not_for_this`: it says nothing of this
  /// version.
  enum class Kind {
    failed_as_expected,
    failed_otherwise,
    hung,
    unexpected_pass,
    expired,
    not_for_this,
    cluster_unusable
  };
  Kind kind = Kind::not_for_this;
  std::string why;  ///< One line.

  /// Of the test that compared: expected failure, unexpected pass, hang or failed.
  Verdict verdict() const;
};
std::string_view to_string(Judgement::Kind kind);

/// Compares what was expected with what was seen. A pure function. A failure in the expected way counts only when it
/// was prompt (no hang, unless a hang is expected) and left the cluster usable.
Judgement judge(const Expectation& expectation, const Observed& observed);

}  // namespace exo_harness::diagnose

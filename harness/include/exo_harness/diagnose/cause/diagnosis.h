#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/core/phase.h"
#include "exo_harness/core/verdict.h"

namespace exo_harness::diagnose {

/// One line or fact that a diagnosis rests on.
struct Evidence {
  std::string where;         ///< `log of node 2`, `RunnerFailed of rank 1`, `API answer`, `state`.
  std::string node;          ///< Node id or address; may be empty.
  std::string time;          ///< As written at the source; may be empty.
  std::string text;          ///< The line with its context, printable.
  bool from_runner = false;  ///< A runner said it of itself when it failed.
};

/// Why something failed, as far as the evidence says. `signature` empty: unknown, and `cause` says so aloud.
struct Diagnosis {
  Blame blame = Blame::product;
  Verdict verdict = Verdict::inconclusive;
  std::optional<Phase> phase;
  int rank = -1;          ///< The rank that failed first; -1: not known or not one rank's.
  std::string node;       ///< Its node; may be empty.
  std::string signature;  ///< Id of the signature; empty: unknown.
  std::string cause;
  std::string remedy;
  std::string confidence;  ///< `certain`, `likely`, `unknown`.
  std::vector<Evidence> evidence;
};

void PrintTo(const Diagnosis& diagnosis, std::ostream* os);

}  // namespace exo_harness::diagnose

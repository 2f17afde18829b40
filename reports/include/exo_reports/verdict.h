#pragma once

#include <optional>
#include <string_view>

#include "exo_harness/core/exit_code.h"

namespace exo_reports {

/// What a test or a run came to (DESIGN 8), from harmless to grave: the graver one wins where several meet.
enum class Verdict {
  passed,
  expected_failure,  ///< It failed as foretold.
  skipped,           ///< Does not apply; always with a reason.
  inconclusive,      ///< Nobody can say: not run, or too little data.
  environment,       ///< The host or network is not fit.
  harness,           ///< Our own trouble.
  unexpected_pass,   ///< Foretold to fail, and did not.
  failed,            ///< The product did not do what it must.
  lost,              ///< A node or an instance was gone.
  hang,              ///< Nothing happened until the deadline.
  crash,             ///< A process died.
};

/// The word as journals and reports spell it: `expected_failure`.
std::string_view to_string(Verdict verdict);
/// The word for people: `expected failure`.
std::string_view for_people(Verdict verdict);
/// Nothing for a word that is not a verdict.
std::optional<Verdict> parse_verdict(std::string_view word);

/// Whether the verdict leaves a run green: passed, expected failure, skipped.
bool is_good(Verdict verdict);
/// Whether the product under test is to blame: exit code 1.
bool is_product_failure(Verdict verdict);

exo_harness::ExitCode exit_code_of(Verdict verdict);

}  // namespace exo_reports

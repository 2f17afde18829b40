#pragma once

#include <iosfwd>
#include <optional>
#include <string_view>

#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/outcome.h"

namespace exo_harness {

/// Whose trouble a failure is.
enum class Blame { product, environment, harness };
std::string_view to_string(Blame blame);
/// Returns nullopt for a word that is none of the three.
std::optional<Blame> parse_blame(std::string_view word);

/// What a test, a step or a run came to, from harmless to grave: the graver one wins where several meet.
enum class Verdict {
  passed,
  expected_failure,  ///< It failed as the fixture or a known finding says.
  skipped,           ///< Does not apply; always with a reason.
  inconclusive,      ///< Not run, or too little data to judge.
  environment,       ///< The host or network is not fit.
  harness,           ///< Our own trouble.
  unexpected_pass,   ///< Expected to fail, but passed.
  failed,            ///< The product did not do what it must.
  lost,              ///< A node or an instance was gone.
  hang,              ///< Nothing happened until the deadline.
  crash,             ///< A process died.
};

/// The word as journals and reports spell it: `expected_failure`.
std::string_view to_string(Verdict verdict);
/// The word for people: `expected failure`.
std::string_view humanize(Verdict verdict);
/// Returns nullopt for a word that is not a verdict.
std::optional<Verdict> parse_verdict(std::string_view word);
/// Lets GoogleTest print a Verdict.
void PrintTo(Verdict verdict, std::ostream* os);

/// Whether the verdict leaves a run green: passed, expected failure, skipped.
bool is_good(Verdict verdict);
/// Whether the product under test is to blame: exit code 1.
bool is_product_failure(Verdict verdict);
/// Whether something of the product went wrong that has a cause: such a failure, but no unexpected pass.
bool is_failure(Verdict verdict);

/// The exit code of a run that comes to this verdict. `skipped` gives `passed`: whoever knows that nothing else was
/// selected says `all_skipped`.
ExitCode exit_code_of(Verdict verdict);
/// The verdict that an exit code stands for by itself. Codes for which nothing was judged are inconclusive.
Verdict verdict_of(ExitCode code);

/// The verdict of a failure that is known to be that one's trouble.
Verdict verdict_of(Blame blame);

/// The verdict that a failure of that kind is worth by itself: hang, crash, lost, environment or failed. The one map
/// from kinds to verdicts: tests, phases and commands ask it.
///
/// A verdict says no more than the kind proves. An empty answer, an error in a 200 or an answer cut short is `failed`,
/// whatever Exo often means by it; who saw a runner die or a node leave says `crash` or `lost`.
Verdict verdict_of(FailureKind kind);

}  // namespace exo_harness

#pragma once

#include <string>
#include <string_view>

#include "exo_harness/core/outcome.h"

namespace exo_harness::gtest {

/// What a test came to (DESIGN 8).
enum class Verdict {
  passed,
  failed,
  expected_failure,
  unexpected_pass,
  environment,
  harness,
  hang,
  crash,
  lost,
  skipped,
  inconclusive
};
/// The word of a journal: `expected_failure`.
std::string_view to_string(Verdict verdict);

/// The verdict of a test that fails because of such a failure, by core/verdict_word.h. A PlacedTest looks whether a
/// runner died or a node left behind an answer that ended badly, and then says crash or lost.
Verdict verdict_of(FailureKind kind);

/// Says what the running test came to, instead of passed or failed. `expected_failure` leaves the test passing; every
/// bad word makes it fail: say why with a failure before it. `expectation`: the signature or reason that was foretold.
void report_result(Verdict verdict, const std::string& expectation = "");

/// Says what the running test met; if the test fails, the first such failure gives the verdict word. IsOk does this.
void note_failure(const Failure& failure);

}  // namespace exo_harness::gtest

#include "exo_harness/gtest/result.h"

#include <gtest/gtest.h>

#include "exo_harness/core/verdict_word.h"

#include "session.h"

namespace exo_harness::gtest {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::failed:
      return "failed";
    case Verdict::expected_failure:
      return "expected_failure";
    case Verdict::unexpected_pass:
      return "unexpected_pass";
    case Verdict::environment:
      return "environment";
    case Verdict::harness:
      return "harness";
    case Verdict::hang:
      return "hang";
    case Verdict::crash:
      return "crash";
    case Verdict::lost:
      return "lost";
    case Verdict::skipped:
      return "skipped";
    case Verdict::inconclusive:
      return "inconclusive";
  }
  return "harness";
}

Verdict verdict_of(FailureKind kind) {
  for (const Verdict verdict : {Verdict::hang, Verdict::crash, Verdict::lost, Verdict::environment}) {
    if (to_string(verdict) == verdict_word(kind)) return verdict;
  }
  return Verdict::failed;
}

void report_result(Verdict verdict, const std::string& expectation) {
  CurrentTest& test = session().test;
  test.reported = verdict;
  test.expectation = expectation;
  const bool good = verdict == Verdict::passed || verdict == Verdict::expected_failure || verdict == Verdict::skipped;
  if (good || testing::Test::HasFailure()) return;
  ADD_FAILURE() << to_string(verdict) << ": " << (expectation.empty() ? "the test does not say why" : expectation);
}

void note_failure(const Failure& failure) {
  CurrentTest& test = session().test;
  if (test.met) return;
  test.met = verdict_of(failure.kind);
  test.met_kind = failure.kind;
}

}  // namespace exo_harness::gtest

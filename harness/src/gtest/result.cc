#include "exo_harness/gtest/result.h"

#include <gtest/gtest.h>

#include "session.h"

namespace exo_harness::gtest {

void report_result(Verdict verdict, const std::string& expectation) {
  CurrentTest& test = session().test;
  test.reported = verdict;
  test.expectation = expectation;
  if (is_good(verdict) || testing::Test::HasFailure()) return;
  ADD_FAILURE() << to_string(verdict) << ": " << (expectation.empty() ? "the test does not say why" : expectation);
}

void note_failure(const Failure& failure) {
  CurrentTest& test = session().test;
  if (test.met) return;
  test.met = verdict_of(failure.kind);
  test.met_failure = failure;
}

}  // namespace exo_harness::gtest

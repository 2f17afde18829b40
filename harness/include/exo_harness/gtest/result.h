#pragma once

#include <string>

#include "exo_harness/core/outcome.h"
#include "exo_harness/core/verdict.h"

namespace exo_harness::gtest {

/// Says what the running test came to, instead of passed or failed. `expected_failure` leaves the test passing; every
/// bad word makes it fail: say why with a failure before it. `expectation`: the signature or reason that was expected.
void report_result(Verdict verdict, const std::string& expectation = "");

/// Says what the running test met; if the test fails, the first such failure gives its verdict. IsOk does this. A
/// PlacedTest looks whether a runner died or a node left behind an answer that ended badly, and then says crash or
/// lost.
void note_failure(const Failure& failure);

}  // namespace exo_harness::gtest
